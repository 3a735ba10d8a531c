import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isStreamBody, type News } from '@synckeep/core';
import { createPostgresNotifier } from '@synckeep/postgres';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { createHost, toCall } from './hosts.js';
import { connect } from './opened.js';
import { register } from './samples.js';

const folder = fileURLToPath(new URL('../../../.tsbuild/postgres-dying-child', import.meta.url));

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
  await build({
    config: false,
    entry: [fileURLToPath(new URL('./dying-child.ts', import.meta.url))],
    outDir: folder,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [/^@synckeep\//],
    external: ['pg', 'rxjs', 'ajv', 'zod', /^@noble/],
    silent: true,
    esbuildOptions: (options) => {
      options.conditions = ['@synckeep/source'];
    },
  });
}, 60_000);
afterAll(() => database.stop());

it('a stream of another node hears within 3 s of a push whose node was killed before it could tell [P-72]', async () => {
  const { pool, storage } = connect(database, 'synckeep');
  await storage.migrate();
  const notifier = createPostgresNotifier({ pool });
  const told: News[] = [];
  notifier.subscribe((news) => told.push(news));
  await vi.waitFor(() => expect(told).toEqual([{ topic: 'all' }]), { timeout: 5_000 });
  const preparation = createHost(storage, notifier, '');
  const { app } = await preparation.apps.create({ name: 'Notes' });
  const userId = crypto.randomUUID();
  const deviceId = await register(storage, { appId: app.id, userId });
  const server = createHost(storage, notifier, app.id);
  const { body } = await server.dispatch(toCall('GET', '/subscribe', userId));
  if (!isStreamBody(body)) throw new Error('There is no stream.');
  let heard = '';
  const reading = (async () => {
    for await (const chunk of body.chunks) heard += chunk;
  })();
  await vi.waitFor(() => expect(heard).toContain('retry:'), { timeout: 5_000 });

  const child = spawn(process.execPath, [`${folder}/dying-child.mjs`, database.url, app.id, userId, deviceId], {
    stdio: 'inherit',
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect((await storage.changeLog.status({ appId: app.id, userId }, 0)).totalChanges).toBe(1);
  await vi.waitFor(() => expect(heard).toContain('event: changed'), { timeout: 3_000 });
  // By looking at the database: nobody told.
  expect(told).toEqual([{ topic: 'all' }]);

  await preparation.close();
  await server.close();
  await reading;
  await notifier.close();
});
