import { describe, expect, it } from 'vitest';
import { beginRotation, putKey, rotate } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair, positions } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, createScope, newBatch, newChange, newQuery, now, toPlace } from '../samples.js';
import { bring, createImport, publishAll, readScope, withOtherObjects } from '../transfer/samples.js';
import { bounds, compactAll, compactOnce, deleted } from './samples.js';

const paused = { removed: 0, removedBytes: 0, tombstones: 0, state: 'paused' };
const nothing = { ...paused, state: 'done' };

export const describeUpheavals = (opened: Opened): void => {
  describe('compaction', () => {
    it('pauses while a rotation is under way, and goes on after it [P-85]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(b, ['1', '2', '1']);
      await beginRotation(storage, scope);
      expect(await compactOnce(storage, scope)).toEqual(paused);
      await rotate(storage, scope, [1, 2, 3], 'longer than before');
      expect(await compactOnce(storage, scope)).toEqual(paused);
      await storage.keyStore.completeRotation(scope, now);
      const removedBytes = 'longer than before 1'.length;
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 1, removedBytes, state: 'done' });
      expect(positions(await readAll(a))).toEqual([2, 3]);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(2 * removedBytes);
      expect(await beginRotation(storage, scope)).toMatchObject({ remaining: 2 });
      expect(await rotate(storage, scope, [2, 3])).toEqual({ updated: 2, remaining: 0 });
      await expectRefusal(rotate(storage, scope, [1]), 'unknown_entry', { index: 0 });
    });

    it('pauses while a rotation is being aborted [P-85]', async () => {
      const { push, storage, scope, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(b, ['1', '2', '1']);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 2, 3]);
      expect(await storage.keyStore.abortRotation(scope, 1, now)).toMatchObject({ done: false });
      expect(await compactOnce(storage, scope)).toEqual(paused);
      while (!(await storage.keyStore.abortRotation(scope, 100, now)).done);
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 1, removedBytes: 'data of 1'.length });
    });

    it('begins anew with a log that was reset', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '1', deleted('1')]);
      await compactAll(storage, scope);
      await storage.changeLog.reset(scope, createEpoch(), now);
      const base = toPlace(await push(b, ['1']));
      await push(a, ['1']);
      expect(await push(a, ['1'], { base })).toMatchObject({ accepted: 1, floor: 0 });
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 2 });
      expect(positions(await readAll(b, { includeOwn: true }))).toEqual([3]);
    });

    it('moves with its log to another storage, where it goes on [P-88]', async () => {
      const pair = await openPair(opened());
      const { push, readAll, storage, scope, a, b } = pair;
      const base = toPlace(await push(b, ['1', '2', '4', deleted('4')]));
      await push(b, ['1']);
      await push(a, ['1', '3']);
      const { next } = await readAll(b);
      await storage.changeLog.read(scope, newQuery(b, { after: next }));
      await storage.deviceStore.remove(scope, b);
      await compactAll(storage, scope);
      expect((await storage.transfer.head(scope))?.compacted).toBe(7);
      const whole = withOtherObjects(await readScope(storage, scope));
      const [target, by] = [createScope(), createImport()];
      await bring(storage, target, by, whole);
      expect(await compactOnce(storage, target)).toEqual(nothing);
      expect(await storage.changeLog.compactionPlan(target, bounds)).toMatchObject({ changes: 0, horizon: 0 });
      await publishAll(storage, by.id);
      expect(await readScope(storage, target)).toEqual(whole);
      expect(await storage.changeLog.status(target, now)).toEqual(await storage.changeLog.status(scope, now));
      const append = (rowId: string, place = { ...base, floor: 4 }) =>
        storage.changeLog.append(target, newBatch(a, [newChange(rowId)], { base: place }));
      await expectRefusal(append('1'), 'row_changed', { indexes: [0] });
      await expectRefusal(append('5', { ...base, position: 3, floor: 0 }), 'cursor_expired', { reason: 'compacted' });
      await append('2');
      expect(await compactAll(storage, target)).toMatchObject({ removed: 1 });
      const { changes } = await storage.changeLog.read(target, newQuery(a));
      expect(positions({ changes })).toEqual([6, 7, 8]);
    });

    it('leaves nothing behind when its scope is erased', async () => {
      const { push, storage, scope, b } = await openPair(opened());
      await push(b, ['1', '1', deleted('2')]);
      await compactAll(storage, scope);
      await push(b, ['1']);
      expect(await storage.erase(scope, 1)).toBe(false);
      expect(await compactOnce(storage, scope)).toEqual(nothing);
      while (!(await storage.erase(scope, 1)));
      expect(await storage.scopes(scope, null, 1)).toEqual([]);
      expect(await compactOnce(storage, scope)).toEqual(nothing);
    });
  });
};
