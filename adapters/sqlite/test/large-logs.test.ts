import type { Storage } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedFile, openFile } from './opened.js';
import { type Account, addDevice, createAccount, newBatch, newChange, newQuery, now, readRowIds } from './samples.js';

describe('a log that is too long for one step', () => {
  let file: OpenedFile;
  let database: Database;
  let storage: Storage;
  let account: Account;
  let other: string;
  beforeEach(async () => {
    file = await openFile();
    ({ database, storage } = file.connect());
    await storage.migrate();
    account = await createAccount(storage);
    other = await addDevice(storage, account.scope);
  });
  afterEach(() => file.close());

  const fill = async (deviceId: string, count: number, prefix = 'row'): Promise<void> => {
    for (let from = 0; from < count; from += 500) {
      const changes = Array.from({ length: Math.min(500, count - from) }, (_, i) => newChange(`${prefix} ${from + i}`));
      await storage.changeLog.append(account.scope, newBatch(deviceId, changes));
    }
  };

  const count = (table: string): unknown => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

  it('is searched for rows changed after a base without stopping the event loop', async () => {
    const { scope, deviceId } = account;
    await fill(other, 45_000);
    await storage.changeLog.append(scope, newBatch(deviceId, [newChange('own')]));
    const changes = ['row 0', 'own', 'row 19999', 'new', 'row 44999'].map((rowId) => newChange(rowId));
    // What the process computes in one turn of the loop, not how long it waits for a busy machine.
    let longest = 0;
    let before = process.cpuUsage();
    const look = (): void => {
      const { user, system } = process.cpuUsage(before);
      longest = Math.max(longest, (user + system) / 1000);
      before = process.cpuUsage();
      looking = setImmediate(look);
    };
    let looking = setImmediate(look);
    const push = storage.changeLog.append(scope, newBatch(deviceId, changes, { base: 0 }));
    await expect(push).rejects.toMatchObject({ code: 'row_changed', details: { indexes: [0, 2, 4] } });
    clearImmediate(looking);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(50);
    const { position } = await storage.changeLog.append(
      scope,
      newBatch(deviceId, [newChange('own'), newChange('new')], { base: 0 }),
    );
    expect(position).toBe(45_003);
  });

  it('counts what came while it was being searched', async () => {
    const { scope, deviceId } = account;
    await fill(other, 25_000);
    const late = storage.changeLog.append(scope, newBatch(deviceId, [newChange('late')], { base: 0 }));
    const early = storage.changeLog.append(scope, newBatch(other, [newChange('late')]));
    await expect(late).rejects.toMatchObject({ code: 'row_changed', details: { indexes: [0] } });
    await early;
  });

  it('says whether it has more in one step, however many own rows follow', async () => {
    const { scope, deviceId } = account;
    await fill(deviceId, 30_000);
    const head = await storage.changeLog.status(scope, now);
    const after = { ...head.head, position: 0, tag: 0, own: 0 };
    const query = newQuery(deviceId, after);
    expect(await storage.changeLog.read(scope, query)).toMatchObject({ changes: [], hasMore: false });
    expect(await storage.changeLog.hasForeign(scope, deviceId, 0, 30_000)).toBe(false);
    await fill(other, 1);
    expect(await storage.changeLog.read(scope, query)).toMatchObject({ changes: [], hasMore: true });
    expect(await storage.changeLog.hasForeign(scope, deviceId, 0, 30_001)).toBe(true);
  });

  it('is out of sight after a reset, and gone after enough steps of forgetting', async () => {
    await fill(account.deviceId, 5_000);
    await storage.changeLog.reset(account.scope, 'beefbeefbeefbeef', now);
    expect(await readRowIds(storage, account)).toEqual([]);
    await fill(other, 3, 'after');
    while ((await storage.keyStore.forgetHistory(0, 700)) > 0);
    expect(count('sync_change')).toBe(3);
    expect(count('sync_log')).toBe(1);
    expect(await readRowIds(storage, account)).toEqual(['after 0', 'after 1', 'after 2']);
  });

  it('leaves replaced texts for later steps, which an abort of the next rotation does not put back', async () => {
    const { scope } = account;
    const condition = { absent: false, etags: null, keyVersion: null };
    await storage.keyStore.put(scope, {
      envelope: '1',
      etag: '1',
      condition,
      freshEpoch: 'ab'.repeat(8),
      guards: [],
      now,
    });
    await fill(account.deviceId, 2_500);
    const rotateAll = async (data: string, upTo: number) => {
      for (let from = 0; from < upTo; from += 500) {
        const entries = Array.from({ length: 500 }, (_, i) => ({ position: from + i + 1, data }));
        await storage.keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      }
    };
    await storage.keyStore.beginRotation(scope, { envelope: '2', etag: '2', keyVersion: null, now });
    await rotateAll('second', 2_500);
    await storage.keyStore.completeRotation(scope, now);
    expect(count('sync_replaced')).toBe(1_500);
    await storage.keyStore.beginRotation(scope, { envelope: '3', etag: '3', keyVersion: null, now });
    await rotateAll('third', 2_000);
    expect(await storage.keyStore.forgetHistory(0, 10_000)).toBe(0);
    while (!(await storage.keyStore.abortRotation(scope, 300, now)).done);
    const texts = database.prepare('SELECT DISTINCT data, key_version FROM sync_change').raw().all();
    expect(texts).toEqual([['second', 2]]);
    expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(2_500 * 'second'.length);
    while ((await storage.keyStore.forgetHistory(0, 300)) > 0);
    expect(count('sync_replaced')).toBe(0);
  });

  it('is erased in steps without a trace', async () => {
    await fill(account.deviceId, 3_000);
    await storage.changeLog.reset(account.scope, 'beefbeefbeefbeef', now);
    await fill(account.deviceId, 1_000);
    while (!(await storage.erase(account.scope, 400)));
    const tables = database
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'sync%'`)
      .pluck()
      .all();
    const filled = tables.filter((table) => table !== 'sync_migration' && count(table) !== 0);
    expect(filled).toEqual([]);
  });
});
