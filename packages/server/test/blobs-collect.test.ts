import { randomBytes, randomUUID } from 'node:crypto';
import { join as joinPath } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { call, join } from './api.js';
import { makeAccountHere, runHere } from './here.js';
import { createInUse, uploadBlob } from './in-use.js';

const { open, close } = createInUse();
afterEach(close);

interface Collected {
  readonly logs: number;
  readonly unnamed: number;
  readonly blobs: number;
  readonly bytes: number;
}

describe('blobs collect', () => {
  const setUp = async () => {
    const { folder, server, account: first } = await open();
    const env = { SYNCKEEP_DATA_DIR: folder };
    const account = await makeAccountHere({ dataDir: folder });
    const laptop = await join(server, account, 'laptop');
    return {
      ...{ server, first, account, laptop },
      collect: (...flags: readonly string[]) => runHere<Collected>(env, 'blobs', 'collect', ...flags),
      update: (appId: string, ...flags: readonly string[]) =>
        runHere<Record<string, unknown>>(env, 'app', 'update', appId, ...flags),
      /** As if nobody had asked for a blob for years. */
      forget: () => {
        const database = new Sqlite(joinPath(folder, 'synckeep.db'));
        database.exec('UPDATE sync_blob SET touched_at = 0');
        database.close();
      },
    };
  };
  const compacting = ['--require-base', '--compaction', 'on', '--collect-blobs', 'on'];

  it('says what must be turned on first', async () => {
    const { account, collect, update } = await setUp();
    await expect(collect()).rejects.toThrow('Blobs are not collected. Turn it on with "synckeep app update');
    await expect(update(account.appId, '--collect-blobs', 'on')).rejects.toThrow(
      'collect_blobs needs an app that compacts',
    );
    await expect(update(account.appId, '--blob-grace', '9d')).rejects.toThrow('Say --collect-blobs on, too.');
    await update(account.appId, ...compacting);
    expect(await collect()).toEqual({ logs: 1, unnamed: 0, blobs: 0, bytes: 0 });
    await update(account.appId, '--collect-blobs', 'off');
    await expect(collect('--plan')).rejects.toThrow('Blobs are not collected.');
  });

  it('removes what no change names once its grace is over, after a plan that removes nothing', async () => {
    const { server, account, laptop, collect, update, forget } = await setUp();
    expect(await update(account.appId, ...compacting, '--blob-grace', '2d')).toMatchObject({
      collect_blobs: { grace_seconds: 2 * 86_400 },
    });
    const [kept, lost] = [randomBytes(100), randomBytes(1_000)];
    const named = await uploadBlob(server, laptop, kept);
    const unnamed = await uploadBlob(server, laptop, lost);
    const row = {
      table: 'notes',
      op: 'insert',
      row_id: randomUUID(),
      timestamp: '2026-03-13T10:05:00Z',
      data: 'c2VhbGVk',
    };
    const { body: before } = await call(server, 'POST', '/pull', {
      token: laptop.token,
      body: { device_id: laptop.deviceId },
    });
    const pushed = await call(server, 'POST', '/push', {
      token: laptop.token,
      body: { device_id: laptop.deviceId, base: before.cursor, changes: [{ ...row, blobs: [named] }] },
    });
    expect(pushed.status).toBe(200);
    expect(await collect('--plan')).toMatchObject({ blobs: 0 });

    forget();
    const sum = { logs: 1, unnamed: 0, blobs: 1, bytes: 1_000 };
    expect(await collect('--plan', '--app', account.appId)).toEqual(sum);
    expect(await collect()).toEqual(sum);
    const isThere = async (hash: string) =>
      (await call(server, 'POST', '/blobs/download', { token: laptop.token, body: { hash } })).status;
    expect([await isThere(named), await isThere(unnamed)]).toEqual([200, 404]);
  });

  it('leaves a log alone in which a change does not say what it names', async () => {
    const { first, collect, update, forget } = await setUp();
    await update(first.appId, ...compacting);
    forget();
    expect(await collect()).toEqual({ logs: 1, unnamed: 1, blobs: 0, bytes: 0 });
  });
});
