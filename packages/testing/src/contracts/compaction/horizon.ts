import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions } from '../pair.js';
import { now } from '../samples.js';
import { compactAll, deleted } from './samples.js';

const day = 86_400_000;
const keep = 30 * day;

export const describeHorizon = (opened: Opened): void => {
  describe('horizon', () => {
    /** Compacts on a day, keeping thirty. */
    const on = (days: number, over = {}) => ({ now: now + days * day, keepFrom: now + days * day - keep, ...over });

    it('leaves the log whole as it was when what is kept began [P-86]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2', '1']);
      expect(await compactAll(storage, scope, on(0))).toMatchObject({ removed: 0, state: 'done' });
      await push(b, ['2', '1', '1']);
      expect(await compactAll(storage, scope, on(29))).toMatchObject({ removed: 0 });
      expect(await compactAll(storage, scope, on(30))).toMatchObject({ removed: 1 });
      expect(positions(await readAll(a))).toEqual([2, 3, 4, 5, 6]);
    });

    it('moves on with the heads that were seen [P-86]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      for (let days = 0; days < 60; days++) {
        await push(b, ['1']);
        await compactAll(storage, scope, on(days));
      }
      const left = positions(await readAll(a));
      expect(left.at(-1)).toBe(60);
      // The heads of the days are noted every other day.
      expect(left.length).toBeGreaterThanOrEqual(30);
      expect(left.length).toBeLessThanOrEqual(33);
      expect(left).toEqual(Array.from(left, (_, index) => 61 - left.length + index));
    });

    it('is the head where nothing is kept, and 0 where nothing is known of the past [P-86]', async () => {
      const { push, storage, scope, b } = await openPair(opened());
      await push(b, ['1', '1']);
      const { compactionPlan } = storage.changeLog;
      const bounds = { ...on(0), activeSince: 0 };
      expect(await compactionPlan(scope, bounds)).toMatchObject({ horizon: 0, removable: 0 });
      expect(await compactionPlan(scope, { ...bounds, keepFrom: bounds.now })).toMatchObject({
        horizon: 2,
        removable: 1,
      });
    });

    it('is forgotten with the log by a reset', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '1', '1']);
      await compactAll(storage, scope, on(0));
      await storage.changeLog.reset(scope, 'ab'.repeat(8), now);
      await push(b, ['1', '1', '1', '1']);
      expect(await compactAll(storage, scope, on(31))).toMatchObject({ removed: 0 });
      expect(positions(await readAll(a))).toEqual([1, 2, 3, 4]);
    });

    it('is not held up by a clock that was ahead', async () => {
      const { push, storage, scope, b } = await openPair(opened());
      await push(b, ['1', '1']);
      await compactAll(storage, scope, on(365));
      await compactAll(storage, scope, on(0));
      expect(await compactAll(storage, scope, on(31))).toMatchObject({ removed: 1 });
    });

    it('is one for tombstones too [P-87]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await storage.deviceStore.remove(scope, a);
      await push(b, ['1', deleted('1')]);
      await compactAll(storage, scope, on(0));
      await push(b, [deleted('2')]);
      expect(await compactAll(storage, scope, on(31, { activeSince: now }))).toMatchObject({
        removed: 2,
        tombstones: 1,
      });
      expect((await storage.changeLog.status(scope, now)).head).toMatchObject({ position: 3, floor: 2 });
    });
  });
};
