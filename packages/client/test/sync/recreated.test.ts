import { describe, expect, test } from 'vitest';
import { type Note, settled, type TestDevice, until } from '../world/device.js';
import { createStage, put, textOf } from '../world/stage.js';

const stage = createStage();
const { started } = stage;

/** What compaction does when every device is up to date: rows that are deleted leave the log without a trace. */
const compact = async (): Promise<void> => {
  const { storage, appId, userId } = stage.world;
  const now = Date.now();
  const bounds = { now, keepFrom: now, activeSince: now + 1, limit: 1000, isThorough: true };
  const scope = { appId, userId };
  while ((await storage.changeLog.compact(scope, bounds)).state === 'more');
};

const gone = (on: TestDevice, id: string) => until(async () => (await textOf(on, id)) === undefined);

describe('a row whose deletion is gone from the log', () => {
  test('can be made again by a device that never heard of it, and comes to those that remember the deletion [P-87]', async () => {
    const [a, b] = [await started({ name: 'A' }), await started({ name: 'B' })];
    await put(a, 'again', 'first');
    await put(a, 'again', 'second');
    await settled(a);
    await until(async () => (await textOf(b, 'again')) === 'second');
    await b.table<Note>('notes').delete('again');
    await settled(b);
    await gone(a, 'again');
    await compact();
    const c = await started({ name: 'C' });
    await put(c, 'again', 'made anew');
    await settled(c);
    for (const each of [a, b]) await until(async () => (await textOf(each, 'again')) === 'made anew');
  });

  test('comes back for everybody where it was edited by a device that was away [P-87]', async () => {
    const [a, b] = [await started({ name: 'A' }), await started({ name: 'B' })];
    await put(a, 'edited', 'first');
    await settled(a);
    await until(async () => (await textOf(b, 'edited')) === 'first');
    await b.sync.stop();
    await put(b, 'edited', 'while away');
    for (const text of ['second', 'third']) {
      await put(a, 'edited', text);
      await settled(a);
    }
    await a.table<Note>('notes').delete('edited');
    await settled(a);
    await compact();
    await b.sync.start();
    await settled(b);
    await until(async () => (await textOf(a, 'edited')) === 'while away');
    expect(await textOf(b, 'edited')).toBe('while away');
  });
});
