import { defineConfig } from 'vitest/config';

/** What needs a service beside the packages: see docs/architecture.md. */
export default defineConfig({
  resolve: { conditions: ['@synckeep/source'] },
  ssr: { resolve: { conditions: ['@synckeep/source'] } },
  test: { include: ['**/test/**/*.integration.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
