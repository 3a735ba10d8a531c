import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions } from 'vite';

export const workspace = fileURLToPath(new URL('..', import.meta.url));

/** Builds the page from the sources of all packages as they are now. */
export const buildPage = async (): Promise<{ readonly folder: string; remove(): void }> => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-notes-page-'));
  await build({
    root: join(workspace, 'page'),
    configFile: join(workspace, 'vite.config.ts'),
    logLevel: 'warn',
    resolve: { conditions: ['@synckeep/source', ...defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
