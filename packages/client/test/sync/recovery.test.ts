import { describe, expect, test } from 'vitest';
import { createMemoryLocalState } from '../../src/store/memory-store.js';
import { type Note, settled, type TestDevice, until } from '../world/device.js';
import { intercept, refuse } from '../world/intercept.js';
import { restoreSnapshot, takeSnapshot } from '../world/snapshot.js';
import { createStage, put, textOf } from '../world/stage.js';

const stage = createStage();
const { started } = stage;
const notesOf = (on: TestDevice) => on.table<Note>('notes').query();

describe('the log was set back', () => {
  test('what the server lost is pushed again, by whoever has it, and all devices agree [P-47]', async () => {
    const [a, b] = [await started({ name: 'A' }), await started({ name: 'B' })];
    await put(a, 'old', 'kept');
    await settled(a);
    await until(async () => (await textOf(b, 'old')) === 'kept');
    const backup = takeSnapshot(stage.world.state);
    await put(a, 'new', 'lost by the server');
    await a.table<Note>('notes').delete('old');
    await settled(a);
    await until(async () => (await textOf(b, 'new')) !== undefined && (await textOf(b, 'old')) === undefined);
    await a.sync.stop();
    restoreSnapshot(stage.world.state, backup);
    await stage.world.server.renewEpochs({ appId: null, userId: null });
    b.sync.now();
    await until(() => b.sync.status.phase === 'idle' && b.sync.status.unsent === 0);
    const fresh = await started({ name: 'C' });
    expect(await notesOf(fresh)).toEqual([{ id: 'new', text: 'lost by the server' }]);
    await a.sync.start();
    await settled(a);
    expect(await notesOf(a)).toEqual(await notesOf(fresh));
    expect(await notesOf(b)).toEqual(await notesOf(fresh));
  });
});

describe('tombstones were dropped', () => {
  test('a row that does not come again is set aside and not pushed [P-47]', async () => {
    let isCompacted = false;
    const gone = 'gone';
    // What a compacted log would answer: the old cursor is refused, and neither the row nor its tombstone comes.
    const fetch = intercept(stage.world.fetch, async ({ path, body, next }) => {
      if (!isCompacted || path !== '/pull') return null;
      if (body['cursor']) {
        isCompacted = false;
        return refuse(410, 'cursor_expired', { reason: 'compacted' });
      }
      return next();
    });
    const hiding = intercept(fetch, async ({ path, body, next }) => {
      const answer = await next();
      if (path !== '/pull' || body['cursor'] || !answer.ok) return answer;
      const page = await answer.json();
      const changes = page.changes.filter((change: { row_id: string }) => change.row_id !== gone);
      return Response.json({ ...page, changes });
    });
    const a = await started({ fetch: hiding });
    await put(a, gone, 'deleted elsewhere');
    await put(a, 'stays', 'still there');
    await settled(a);
    const pushedBefore = (await a.call('status')).body.total_changes;
    isCompacted = true;
    await a.sync.stop();
    await put(a, 'unsent', 'was never pushed');
    await a.sync.start();
    await until(() => a.sync.status.quarantined === 1);
    await settled(a);
    expect((await notesOf(a)).map(({ id }) => id)).toEqual(['stays', 'unsent']);
    const [aside] = await a.sync.quarantine.list();
    expect(aside).toMatchObject({
      id: gone,
      reason: 'compacted',
      value: JSON.stringify({ id: gone, text: 'deleted elsewhere' }),
    });
    expect((await a.call('status')).body.total_changes).toBe(pushedBefore + 1);
  });
});

describe('the person dropped the log', () => {
  const resetBy = (on: TestDevice) =>
    on.call('reset', { body: { confirm: 'erase my data', password: stage.world.password } });

  test('everything waits for an answer; keep pushes all of it into the new log [P-47]', async () => {
    const [a, b] = [await started({ name: 'A' }), await started({ name: 'B' })];
    await put(a, 'one', 'mine');
    await settled(a);
    await until(async () => (await textOf(b, 'one')) === 'mine');
    await resetBy(a);
    await put(b, 'two', 'written after the reset');
    await until(() => b.sync.status.phase === 'needs-answer');
    expect(await notesOf(b)).toHaveLength(2);
    b.sync.answerReset('keep');
    await settled(b);
    const fresh = await started({ name: 'C' });
    expect((await notesOf(fresh)).map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test('discard empties the device [P-47]', async () => {
    const a = await started({ name: 'A' });
    await put(a, 'one', 'mine');
    await settled(a);
    await resetBy(a);
    a.sync.now();
    await until(() => a.sync.status.phase === 'needs-answer');
    a.sync.answerReset('discard');
    await settled(a);
    expect(await notesOf(a)).toEqual([]);
    expect((await a.call('status')).body.total_changes).toBe(0);
  });
});

describe('the local store was set back', () => {
  test('what this device had pushed since comes back [P-45]', async () => {
    const state = createMemoryLocalState();
    const a = await started({ state });
    await put(a, 'one', 'before the backup');
    await settled(a);
    await a.sync.stop();
    const backup = takeSnapshot(state);
    await a.sync.start();
    await put(a, 'one', 'after the backup');
    await put(a, 'two', 'after the backup');
    await settled(a);
    await a.close();
    restoreSnapshot(state, backup);
    const again = await started({ state });
    expect(await notesOf(again)).toEqual([
      { id: 'one', text: 'after the backup' },
      { id: 'two', text: 'after the backup' },
    ]);
  });
});

describe('two installations share a device id', () => {
  test('the one that notices registers anew, and both get what the other wrote [P-21]', async () => {
    const a = await started();
    await put(a, 'one', 'before the copy');
    await settled(a);
    await a.sync.stop();
    const twin = await started({ state: takeSnapshot(a.state) });
    await a.sync.start();
    await settled(a);
    for (let round = 0; round < 5; round += 1) {
      await put(a, `a${round}`, 'from a');
      await settled(a);
      await put(twin, `twin${round}`, 'from the twin');
      await settled(twin);
      a.sync.now();
      twin.sync.now();
      await Promise.all([settled(a), settled(twin)]);
    }
    await until(async () => (await a.call('listDevices')).body.length > 1);
    for (const each of [a, twin]) {
      await until(async () => {
        each.sync.now();
        await settled(each);
        return (await notesOf(each)).length === 11;
      });
    }
  });
});
