import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@synckeep/source'] },
  ssr: { resolve: { conditions: ['@synckeep/source'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'adapters/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // These need a service beside the packages: npm run test:integration.
    exclude: [...configDefaults.exclude, '**/*.integration.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
