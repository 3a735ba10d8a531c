import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedFile, openFile } from './opened.js';
import { createAccount, newBatch, newChange, newQuery, now, readRowIds } from './samples.js';

describe('a lock that another connection holds', () => {
  let file: OpenedFile;
  beforeEach(async () => {
    file = await openFile();
    await file.connect().storage.migrate();
  });
  afterEach(() => file.close());

  it('is waited for without stopping the event loop, and reads go on', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    const other = file.connect().database;
    other.exec('BEGIN IMMEDIATE');
    let isDone = false;
    const push = storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange('1')])).then(() => {
      isDone = true;
    });
    // What the loop is at work on at a time, not how long it waits for its turn on a busy machine.
    let longest = 0;
    let before = performance.eventLoopUtilization();
    const looking = setInterval(() => {
      longest = Math.max(longest, performance.eventLoopUtilization(before).active);
      before = performance.eventLoopUtilization();
    }, 5);
    await delay(500);
    clearInterval(looking);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(50);
    expect(isDone).toBe(false);
    expect((await storage.changeLog.status(account.scope, now)).totalChanges).toBe(0);
    other.exec('COMMIT');
    await push;
    expect(await readRowIds(storage, account)).toEqual(['1']);
  });

  it('holds up a page while its device starts over by name, which the page does not undo', async () => {
    const { storage } = file.connect();
    const { scope, deviceId } = await createAccount(storage);
    const { position } = await storage.changeLog.append(scope, newBatch(deviceId, [newChange('1'), newChange('2')]));
    const after = { ...(await storage.changeLog.status(scope, now)).head, own: position };
    const query = newQuery(deviceId, after);
    const name = (await storage.deviceStore.get(scope, deviceId))?.name ?? '';
    const other = file.connect().database;
    other.exec('BEGIN IMMEDIATE');
    const again = { id: 'unused', name, platform: 'linux', installationId: null, session: null } as const;
    const registering = storage.deviceStore.register(scope, { ...again, now: now + 1, freshEpoch: '', guards: [] });
    const reading = storage.changeLog.read(scope, query);
    await storage.changeLog.status(scope, now);
    other.exec('COMMIT');
    expect(await registering).toMatchObject({ created: false, device: { id: deviceId, presented: 0 } });
    expect(await reading).toMatchObject({ changes: [], hasMore: false });
    expect(await storage.deviceStore.get(scope, deviceId)).toMatchObject({ presented: 0 });
    await storage.changeLog.read(scope, query);
    expect(await storage.deviceStore.get(scope, deviceId)).toMatchObject({ presented: position });
  });

  it('is given up on after 10 s with `unavailable`', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    const other = file.connect().database;
    other.exec('BEGIN IMMEDIATE');
    const push = storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange('1')]));
    await expect(push).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1, cause: { code: 'SQLITE_BUSY' } });
    other.exec('ROLLBACK');
    expect(await readRowIds(storage, account)).toEqual([]);
  }, 20_000);

  it('reading in a loop leaves the event loop its turns', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    const until = performance.now() + 300;
    while (performance.now() < until) await storage.changeLog.status(account.scope, now);
    clearInterval(count);
    expect(turns).toBeGreaterThan(5);
  });
});
