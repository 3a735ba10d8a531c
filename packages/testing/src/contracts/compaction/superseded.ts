import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions, rowIds } from '../pair.js';
import { createScope, newChange, now } from '../samples.js';
import { bounds, compactAll, compactOnce, deleted } from './samples.js';

export const describeSuperseded = (opened: Opened): void => {
  describe('superseded changes', () => {
    it('go, and the last one of each row stays as it was, at its position [P-85]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, [newChange('1', { data: 'old' }), '2']);
      await push(a, [
        newChange('1', {
          op: 'update',
          data: 'héw',
          blobs: ['ab'.repeat(32)],
          timestamp: '2026-01-01T00:00:00.1+09:00',
        }),
      ]);
      await push(b, ['3', newChange('2', { op: 'update', data: null })]);
      const before = (await readAll(a, { includeOwn: true })).changes;
      expect(await compactAll(storage, scope)).toEqual({ removed: 2, removedBytes: 12, tombstones: 0, state: 'done' });
      const { changes, next } = await readAll(a, { includeOwn: true });
      expect(changes).toEqual(before.filter(({ position }) => position > 2));
      expect(next.position).toBe(5);
    });

    it('of one row id in two tables, or told apart only by a byte, are two rows [P-3]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      const twins = [
        newChange('1'),
        newChange('1', { table: 'notes' }),
        newChange('1', { table: 'Tasks' }),
        newChange('e\u0301'),
        newChange('\u00E9'),
        newChange('1 '),
      ];
      await push(b, twins);
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 0, state: 'done' });
      await push(b, twins.slice(0, 2));
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 2 });
      expect(positions(await readAll(a))).toEqual([3, 4, 5, 6, 7, 8]);
    });

    it('are counted no more, to the byte and the entry [P-50]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await push(b, [
        newChange('1', { data: '\u20AC\u20AC' }),
        newChange('2', { data: null }),
        newChange('3', { data: 'x' }),
      ]);
      await push(a, [newChange('1', { data: 'ab' }), newChange('2', { data: 'c' })]);
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 2, removedBytes: 6 });
      expect(await storage.changeLog.status(scope, now)).toMatchObject({
        totalChanges: 3,
        bytesUsed: 4,
        head: { position: 5, floor: 0 },
      });
      expect(await push(a, [newChange('4', { data: 'x'.repeat(6) })], { bytesLimit: 10 })).toMatchObject({
        position: 6,
      });
    });

    it('go in steps of at most `limit`, which another instance goes on with', async () => {
      const { push, readAll, storage, other, scope, a, b } = await openPair(opened());
      for (let round = 0; round < 6; round++) await push(b, ['1', '2', '3']);
      let removed = 0;
      for (let turn = 0, isDone = false; !isDone; turn++) {
        if (turn > 500) throw new Error('the compaction does not end');
        const step = await compactOnce(turn % 2 === 0 ? storage : other, scope, { limit: 4 });
        expect(step.removed).toBeLessThanOrEqual(4);
        removed += step.removed;
        isDone = step.state === 'done' && turn % 2 === 1;
        expect(new Set(rowIds(await readAll(a)))).toEqual(new Set(['1', '2', '3']));
      }
      expect(removed).toBe(15);
      expect(positions(await readAll(a))).toEqual([16, 17, 18]);
    });

    it('that came after a step which nobody went on with go like all others', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1']);
      await compactOnce(storage, scope, { limit: 1, activeSince: 0 });
      await push(b, ['2', '1', deleted('2'), '1']);
      const all = { activeSince: now + 1 };
      expect(await compactAll(storage, scope, all)).toMatchObject({ removed: 4, tombstones: 1 });
      expect(positions(await readAll(a))).toEqual([5]);
    });

    it('that come while several instances compact at once leave the last of each row', async () => {
      const { push, readAll, storage, other, scope, a, b } = await openPair(opened());
      for (let round = 0; round < 10; round++) {
        const pushes = [push(a, ['1', '2', '3']), push(b, ['2', '4'])];
        await Promise.all([
          compactAll(storage, scope, { limit: 3 }),
          compactAll(other, scope, { limit: 2 }),
          ...pushes,
        ]);
      }
      await compactAll(storage, scope);
      const { changes } = await readAll(a, { includeOwn: true });
      expect(rowIds({ changes }).sort()).toEqual(['1', '2', '3', '4']);
      const counted = await storage.changeLog.status(scope, now);
      expect(counted).toMatchObject({ totalChanges: 4, bytesUsed: 4 * 'data of 1'.length, head: { position: 50 } });
    });

    it('are told before they go, without being removed [P-85]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2', '1', deleted('2'), 'x', deleted('2')]);
      const told = { changes: 6, removable: 4, removableBytes: 2 * 'data of 1'.length, tombstones: 1, horizon: 6 };
      expect(await storage.changeLog.compactionPlan(scope, bounds)).toEqual(told);
      expect((await readAll(a)).changes).toHaveLength(6);
      await storage.deviceStore.remove(scope, a);
      expect(await compactAll(storage, scope)).toEqual({ removed: 4, removedBytes: 18, tombstones: 1, state: 'done' });
      const left = { changes: 2, removable: 0, removableBytes: 0, tombstones: 0, horizon: 6 };
      expect(await storage.changeLog.compactionPlan(scope, bounds)).toEqual(left);
    });

    it('are none in a scope that is not there', async () => {
      const { storage } = opened();
      const scope = createScope();
      expect(await compactOnce(storage, scope)).toEqual({ removed: 0, removedBytes: 0, tombstones: 0, state: 'done' });
      const nothing = { changes: 0, removable: 0, removableBytes: 0, tombstones: 0, horizon: 0 };
      expect(await storage.changeLog.compactionPlan(scope, bounds)).toEqual(nothing);
      expect(await storage.scopes(scope, null, 1)).toEqual([]);
    });
  });
};
