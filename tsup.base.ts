import { defineConfig, type Options } from 'tsup';

/** The build of every workspace: ESM for Node 20 and newer, with types only when they are asked for (they take a minute). */
export const library = (entry: string[]): Options =>
  defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'neutral',
    clean: true,
    sourcemap: true,
    dts:
      process.env['BUILD_TYPES'] === '1' ? { compilerOptions: { ignoreDeprecations: '6.0', composite: false } } : false,
    silent: true,
  }) as Options;
