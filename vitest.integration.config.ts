import { defineConfig } from 'vitest/config';

/** Tests against servers that have to be running. Without one they are skipped, unless SYNCKEEP_REQUIRE names it. */
export default defineConfig({
  resolve: { conditions: ['@synckeep/source'] },
  ssr: { resolve: { conditions: ['@synckeep/source'] } },
  test: {
    include: ['**/*.integration.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
