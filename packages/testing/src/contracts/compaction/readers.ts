import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions, rowIds } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, newChange, now, presented, toPlace } from '../samples.js';
import { compactAll, deleted } from './samples.js';

export const describeReaders = (opened: Opened): void => {
  describe('readers of a compacted log', () => {
    const many = (count: number, rowId: string) => Array.from({ length: count }, () => newChange(rowId));
    const removeB = { activeSince: Number.MAX_SAFE_INTEGER };

    it('at any cursor see the last change of every row [P-85]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      const places = [];
      for (const rows of [['1', '2'], ['3', '1'], ['2', '2'], ['4']]) places.push(toPlace(await push(b, rows)));
      const lasts = new Map((await readAll(a)).changes.map(({ rowId, position }) => [rowId, position]));
      await compactAll(storage, scope);
      for (const after of [null, ...places]) {
        const seen = new Map((await readAll(a, { after })).changes.map(({ rowId, position }) => [rowId, position]));
        const due = [...lasts].filter(([, position]) => position > (after?.position ?? 0));
        expect(seen).toEqual(new Map(due));
      }
    });

    it('below the floor start over, unless their pull began above it [P-87]', async () => {
      const { push, read, readAll, storage, scope, a, b } = await openPair(opened());
      const old = toPlace(await push(b, ['1', '2']));
      await push(b, [deleted('1'), '3']);
      await compactAll(storage, scope, removeB);
      await expectRefusal(read(a, { after: old }), 'cursor_expired', { reason: 'compacted' });
      await expectRefusal(push(a, ['9'], { base: old }), 'cursor_expired', { reason: 'compacted' });
      const first = await read(a, { limit: 1 });
      expect(rowIds(first)).toEqual(['2']);
      expect(first.next).toMatchObject({ position: 2, floor: 3 });
      expect(rowIds(await readAll(a, { after: first.next }))).toEqual(['3']);
    });

    it('of another epoch are `compacted` once a tombstone of this one is gone, else `restored` [P-87]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', deleted('1')]);
      await compactAll(storage, scope, removeB);
      const place = { ...toPlace(await push(b, ['2', '3'])), floor: 2 };
      await storage.changeLog.renewEpoch(scope, createEpoch());
      const older = { ...place, position: 3, floor: 0, tag: 0 };
      for (const after of [place, older])
        await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'restored' });
      await expectRefusal(read(a, { after: { ...older, position: 1 } }), 'cursor_expired', { reason: 'compacted' });
      await push(b, [deleted('2')]);
      await compactAll(storage, scope, removeB);
      for (const after of [place, older])
        await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'compacted' });
    });

    it('of a log that was reset hear `reset` above the floor of the new one [P-87]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const old = toPlace(await push(b, ['1', '2', '3', '4']));
      await storage.changeLog.reset(scope, createEpoch(), 0);
      await push(b, ['1', deleted('1')]);
      await compactAll(storage, scope, removeB);
      await expectRefusal(read(a, { after: old }), 'cursor_expired', { reason: 'reset' });
    });

    it('at a position whose row is gone read on from there', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      const after = toPlace(await push(b, ['1', '2']));
      await push(b, ['2', '1']);
      await compactAll(storage, scope);
      expect(positions(await readAll(a, { after }))).toEqual([3, 4]);
      expect(positions(await readAll(a, { after: { ...after, tag: after.tag ^ 1 } }))).toEqual([3, 4]);
    });

    it('are not slowed down by what is gone: a page moves on to the next row there is [P-44]', async () => {
      const { push, read, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['0', ...many(30, '1'), '2', ...many(30, '3'), '4']);
      await compactAll(storage, scope);
      const first = await read(a, { maxScan: 3 });
      expect(first).toMatchObject({ changes: [{ rowId: '0' }], hasMore: true, next: { position: 30 } });
      expect((await readAll(a, { maxScan: 3 })).pages).toBeLessThanOrEqual(4);
      expect(rowIds(await readAll(a, { maxScan: 3 }))).toEqual(['0', '1', '2', '3', '4']);
    });

    it('come to an end where only rows of others that are gone lie behind [P-46]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(a, ['0', '1']);
      await push(b, ['2']);
      const after = toPlace(await push(a, ['3']));
      await push(b, ['4']);
      await push(a, ['4', '2']);
      await compactAll(storage, scope);
      expect((await readAll(a, { after })).changes).toEqual([]);
      expect(rowIds(await readAll(a, { limit: 1 }))).toEqual(['0', '1', '3', '4', '2']);
      expect(rowIds(await readAll(b, { after: { ...after, tag: 0, position: 2 }, limit: 1, maxScan: 1 }))).toEqual([
        '3',
        '4',
        '2',
      ]);
    });

    it('are remembered where they are, and `lastPush` stays [P-40]', async () => {
      const { push, read, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '1']);
      await push(a, ['2']);
      await push(b, ['2']);
      const { next } = await readAll(a);
      await read(a, { after: next, now: now + 2_000 });
      await compactAll(storage, scope);
      expect(await read(a, { after: presented })).toMatchObject({ changes: [], lastPush: 3, next: { position: 4 } });
      expect(await storage.changeLog.hasForeign(scope, b, 4, 4)).toBe(false);
    });
  });
};
