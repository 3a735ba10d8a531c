import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions, rowIds } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, now, register, toPlace } from '../samples.js';
import { compactAll, deleted } from './samples.js';

const hour = 3_600_000;

export const describeTombstones = (opened: Opened): void => {
  describe('tombstones', () => {
    // A place that only moved on may be noted a second later.
    let moment = now;
    const later = (): number => {
      moment += 2_000;
      return moment;
    };
    const open = async () => {
      const pair = await openPair(opened());
      const floor = async () => (await pair.storage.changeLog.status(pair.scope, now)).head.floor;
      return { ...pair, floor };
    };

    it('go when every device that has read has passed them, and raise the floor [P-87]', async () => {
      const { push, read, readAll, storage, scope, a, b, floor } = await open();
      await push(b, ['1', '2', deleted('1'), '3', deleted('2')]);
      const { next } = await read(a, { limit: 4, maxScan: 4 });
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 2, tombstones: 0 });
      expect(await floor()).toBe(0);
      await read(a, { after: next, now: later() });
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 1, tombstones: 1 });
      expect(await floor()).toBe(3);
      const last = await read(a, { after: next, now: later() });
      expect(rowIds(last)).toEqual(['2']);
      await read(a, { after: last.next, now: later() });
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 1, tombstones: 1 });
      expect(await floor()).toBe(5);
      expect(positions(await readAll(a))).toEqual([4]);
    });

    it('wait for a device in the middle of its first pull, and for none that never read [P-87]', async () => {
      const { push, read, storage, scope, a, b, floor } = await open();
      await push(b, ['1', deleted('1'), '2']);
      await register(storage, scope);
      await read(a, { limit: 1 });
      expect(await compactAll(storage, scope)).toMatchObject({ tombstones: 0 });
      await storage.deviceStore.remove(scope, a);
      expect(await compactAll(storage, scope)).toMatchObject({ tombstones: 1 });
      expect(await floor()).toBe(2);
    });

    it('do not wait for a device that was away too long [P-87]', async () => {
      const { push, read, storage, scope, a, b, floor } = await open();
      await push(b, ['1', deleted('1')]);
      const { next } = await read(a, { limit: 1 });
      await read(a, { after: next });
      expect(await compactAll(storage, scope, { activeSince: now })).toMatchObject({ removed: 1, tombstones: 0 });
      expect(await compactAll(storage, scope, { activeSince: now + 1 })).toMatchObject({ removed: 1, tombstones: 1 });
      expect(await floor()).toBe(2);
    });

    it('wait for a device that reads on without news, and for one that registered again [P-87]', async () => {
      const { push, read, storage, scope, a, b } = await open();
      await register(storage, scope, { installationId: 'c', now });
      const place = toPlace(await push(b, ['1']));
      await read(a, { after: place });
      await read(a, { after: place, now: now + 10 * hour });
      await push(b, [deleted('1')]);
      const activeSince = now + 9 * hour;
      expect(await compactAll(storage, scope, { activeSince })).toMatchObject({ tombstones: 0 });
      const { installationId, name } = { installationId: 'd', name: 'd' };
      const d = await register(storage, scope, { installationId, name });
      await read(d.id, { after: place });
      await storage.deviceStore.remove(scope, a);
      await register(storage, scope, { installationId, name, now: now + 10 * hour });
      expect(await compactAll(storage, scope, { activeSince })).toMatchObject({ tombstones: 0 });
      expect(await compactAll(storage, scope, { activeSince: now + 11 * hour })).toMatchObject({ tombstones: 1 });
    });

    it('wait for a device that has not come since the epoch was renewed [P-87]', async () => {
      const { push, read, readAll, storage, scope, a, b } = await open();
      await push(b, ['1', deleted('1')]);
      await read(a, { after: (await readAll(a)).next, now: later() });
      await storage.changeLog.renewEpoch(scope, createEpoch());
      expect(await compactAll(storage, scope)).toMatchObject({ tombstones: 0 });
      const { next } = await readAll(a);
      await read(a, { after: next, now: later() });
      expect(await compactAll(storage, scope)).toMatchObject({ tombstones: 1 });
    });

    it('that a later change of their row followed are superseded like any other, and leave the floor alone [P-87]', async () => {
      const { push, readAll, storage, scope, a, b, floor } = await open();
      await push(b, ['1', deleted('1'), '1']);
      expect(await compactAll(storage, scope)).toMatchObject({ removed: 2, tombstones: 0 });
      expect(await floor()).toBe(0);
      expect(positions(await readAll(a))).toEqual([3]);
    });

    it('go in steps of at most `limit`, in order, never before what they supersede [P-87]', async () => {
      const { push, readAll, storage, scope, a, b, floor } = await open();
      await push(b, ['1', '2', '3', '4', deleted('1'), deleted('2'), deleted('3'), deleted('4')]);
      const { changeLog } = storage;
      const seen: number[] = [];
      for (let state = 'more'; state === 'more'; ) {
        const query = { now, keepFrom: now, activeSince: now, limit: 1, isThorough: true };
        ({ state } = await changeLog.compact(scope, query));
        seen.push(await floor());
        const places = positions(await readAll(a, { isPresented: false }));
        for (const row of [1, 2, 3, 4]) expect(!places.includes(row) || places.includes(row + 4)).toBe(true);
      }
      expect([...new Set(seen)]).toEqual([0, 5, 6, 7, 8]);
    });

    it('let the log be empty in the end, at its position [P-87]', async () => {
      const { push, readAll, storage, scope, a, b } = await open();
      const head = await push(b, ['1', deleted('1')], { tag: 77 });
      await compactAll(storage, scope);
      const status = await storage.changeLog.status(scope, now);
      expect(status).toMatchObject({ totalChanges: 0, bytesUsed: 0, head: { position: 2, tag: 77, floor: 2 } });
      expect(await readAll(a)).toMatchObject({ changes: [], hasMore: false, next: { position: 2 } });
      const after = { ...toPlace(head), floor: 2 };
      await expectRefusal(readAll(a, { after: { ...after, tag: 78 } }), 'cursor_expired', { reason: 'restored' });
      await push(b, ['3']);
      expect(positions(await readAll(a, { after }))).toEqual([3]);
    });
  });
};
