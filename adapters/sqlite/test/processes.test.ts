import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSqliteNotifier } from '@synckeep/sqlite';
import { inTurns } from '@synckeep/testing';
import { build } from 'tsup';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedFile, openFile } from './opened.js';
import { createAccount, now, readRowIds } from './samples.js';

const folder = fileURLToPath(new URL('../../../.tsbuild/sqlite-child', import.meta.url));

describe('several processes on one file', () => {
  let file: OpenedFile;
  beforeAll(async () => {
    await build({
      config: false,
      entry: [fileURLToPath(new URL('./child.ts', import.meta.url))],
      outDir: folder,
      format: ['esm'],
      outExtension: () => ({ js: '.mjs' }),
      noExternal: [/^@synckeep\//],
      external: ['better-sqlite3'],
      silent: true,
      esbuildOptions: (options) => {
        options.conditions = ['@synckeep/source'];
      },
    });
  }, 60_000);
  beforeEach(async () => {
    file = await openFile();
  });
  afterEach(() => file.close());

  const start = (appId: string, userId: string, name: string, count: number): ChildProcess =>
    spawn(process.execPath, [`${folder}/child.mjs`, file.path, appId, userId, name, `${count}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('lose nothing when they push at once, and position follows position', async () => {
    const { storage } = file.connect();
    await storage.migrate();
    const reader = await createAccount(storage);
    const { appId, userId } = reader.scope;
    const children = ['a', 'b', 'c'].map((name) => start(appId, userId, name, 60));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0, 0]);
    const rowIds = await readRowIds(storage, reader);
    for (const name of ['a', 'b', 'c']) {
      const sent = Array.from({ length: 600 }, (_, index) => `${name}.${Math.floor(index / 10)}.${index % 10}`);
      expect(rowIds.filter((rowId) => rowId.startsWith(`${name}.`))).toEqual(sent);
    }
    expect((await storage.changeLog.status(reader.scope, now)).head.position).toBe(1800);
  }, 60_000);

  it('find every acknowledged batch, and no other in part, after one was killed', async () => {
    const { storage } = file.connect();
    await storage.migrate();
    const reader = await createAccount(storage);
    for (const name of ['a', 'b', 'c']) {
      const child = start(reader.scope.appId, reader.scope.userId, name, 100_000);
      const exit = once(child, 'exit');
      let acknowledged = 0;
      if (child.stdout === null) throw new Error('The child has no output.');
      for await (const _ of createInterface({ input: child.stdout })) {
        acknowledged++;
        if (acknowledged === 40) child.kill('SIGKILL');
      }
      await exit;
      const rows = (await readRowIds(storage, reader)).filter((rowId) => rowId.startsWith(`${name}.`));
      expect(rows.length % 10).toBe(0);
      expect(rows.length / 10).toBeGreaterThanOrEqual(acknowledged);
      expect(rows.length / 10).toBeLessThanOrEqual(acknowledged + 1);
    }
  }, 60_000);

  it('hear of each other within 500 ms', async () => {
    const { storage, database } = file.connect();
    await storage.migrate();
    const { scope } = await createAccount(storage);
    const heard: string[] = [];
    const unsubscribe = createSqliteNotifier({ database }).subscribe(({ topic }) => heard.push(topic));
    const child = start(scope.appId, scope.userId, 'a', 1);
    const exit = once(child, 'exit');
    if (child.stdout === null) throw new Error('The child has no output.');
    const acknowledged = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await acknowledged.next()).done).toBe(false);
    await inTurns(500, () => heard.length > 0);
    unsubscribe();
    expect(heard).toContain('all');
    await exit;
  }, 30_000);
});
