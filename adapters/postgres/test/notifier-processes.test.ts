import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { News } from '@synckeep/core';
import { createPostgresNotifier } from '@synckeep/postgres';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { patience } from './opened.js';

const folder = fileURLToPath(new URL('../../../.tsbuild/postgres-child', import.meta.url));

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
  await build({
    config: false,
    entry: [fileURLToPath(new URL('./notifier-child.ts', import.meta.url))],
    outDir: folder,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [/^@synckeep\//],
    external: ['pg'],
    silent: true,
    esbuildOptions: (options) => {
      options.conditions = ['@synckeep/source'];
    },
  });
}, 60_000);
afterAll(() => database.stop());

it('tells of what a process published right before it ended by itself', async () => {
  const notifier = createPostgresNotifier({ pool: database.pool() });
  const heard: News[] = [];
  notifier.subscribe((news) => heard.push(news));
  await vi.waitFor(() => expect(heard).toEqual([{ topic: 'all' }]), { timeout: 5_000 });
  const child = spawn(process.execPath, [`${folder}/notifier-child.mjs`, database.url], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  await vi.waitFor(() => expect(heard.map(({ topic }) => topic)).toEqual(['all', 'keys', 'access']), patience);
  await notifier.close();
});
