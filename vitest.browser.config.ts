import { defineConfig } from 'vitest/config';

/** Pages in a real browser: CHROMIUM, or /usr/bin/chromium. Without one they are skipped, unless SYNCKEEP_REQUIRE names it. */
export default defineConfig({
  resolve: { conditions: ['@synckeep/source'] },
  ssr: { resolve: { conditions: ['@synckeep/source'] } },
  test: {
    include: ['packages/*/browser/**/*.test.ts', 'examples/*/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    // Each file has a browser of its own.
    fileParallelism: false,
  },
});
