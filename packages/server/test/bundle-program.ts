import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const server = fileURLToPath(new URL('..', import.meta.url));

/**
 * The program of a workspace as one file, made from the sources of all workspaces as they are now: nothing has to be
 * built before. It lies below the workspace, so that packages are found.
 */
export const bundleProgram = async (workspace = server): Promise<{ readonly path: string; remove(): void }> => {
  const parent = join(workspace, 'node_modules');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, '.bundle-'));
  await build({
    config: false,
    entry: { main: join(workspace, 'src/main.ts') },
    outDir: folder,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    target: 'node20',
    platform: 'node',
    silent: true,
    clean: false,
    noExternal: [/^@synckeep\//],
    external: [/^[^./]/],
    esbuildOptions: (options) => {
      options.conditions = ['@synckeep/source'];
    },
  });
  return { path: join(folder, 'main.mjs'), remove: () => rmSync(folder, { recursive: true, force: true }) };
};
