import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, createTag, newBatch, newChange, newQuery, now, register } from '../samples.js';

export const describeAppend = (opened: Opened): void => {
  describe('append', () => {
    it('hands out positions from 1 without a gap [P-43]', async () => {
      const { push, readAll, a, b } = await openPair(opened());
      await push(a, ['1', '2', '3']);
      await push(b, ['4']);
      await push(a, ['5', '6']);
      expect(positions(await readAll(b))).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('answers the head after its batch, with its tag and how many changes were accepted [P-37]', async () => {
      const { push, a } = await openPair(opened());
      const [first, second] = [createTag(), createTag()];
      const one = await push(a, ['1', '2'], { tag: first });
      expect(one).toMatchObject({ position: 2, tag: first, floor: 0, accepted: 2, replayed: false });
      expect(one.epoch).toMatch(/^[0-9a-f]{16}$/);
      expect(one.epoch).not.toBe(noEpoch);
      const two = await push(a, ['3'], { tag: second });
      expect(two).toMatchObject({ epoch: one.epoch, position: 3, tag: second, accepted: 1, replayed: false });
    });

    it('keeps every field of a change as it was pushed, byte for byte [P-3]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const blobs = ['ab'.repeat(32), 'cd'.repeat(32)];
      const changes = [
        newChange('plain'),
        newChange(' spaces and "quotes" \\ \u{1F600} e\u0301 \u00E9 ', {
          table: 'A_1',
          op: 'update',
          timestamp: '2026-03-13T10:05:00.1234567890123+05:30',
          data: '{"not":"parsed"}\n\t\u2028\uFFFD\u{10FFFF}',
          blobs,
        }),
        newChange("x'; drop table changes; --", { op: 'delete', data: 'kept on delete' }),
        newChange('null', { op: 'update', data: null, blobs: [] }),
        newChange('empty', { data: '' }),
      ];
      await push(a, changes, { keyVersion: 1 });
      const { changes: stored } = await read(b);
      expect(stored).toEqual(
        changes.map((change, index) => ({ ...change, position: index + 1, deviceId: a, keyVersion: 1 })),
      );
    });

    it('keeps 500 changes, and one of 1 MiB [P-30]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const rows = Array.from({ length: 500 }, (_, index) => `row ${index}`);
      expect(await push(a, rows)).toMatchObject({ accepted: 500, position: 500 });
      const large = newChange('large', { data: 'é'.repeat(512 * 1024) });
      await push(a, [large]);
      const page = await read(b);
      expect(page.changes.map(({ rowId }) => rowId)).toEqual(rows);
      expect((await read(b, { after: page.next })).changes[0]?.data === large.data).toBe(true);
    });

    it('answers an empty batch with the head as it is', async () => {
      const { push, a, b, storage, scope } = await openPair(opened());
      const empty = await push(a, []);
      expect(empty).toMatchObject({ position: 0, tag: 0, floor: 0, accepted: 0, replayed: false });
      expect(empty.epoch).toBe((await storage.changeLog.status(scope, now)).head.epoch);
      const head = await push(a, ['1']);
      expect(await push(b, [])).toEqual({ ...head, accepted: 0 });
    });

    it('lets the other instance read a batch as soon as it has resolved [P-32]', async () => {
      const { push, other, scope, a, b } = await openPair(opened());
      for (let round = 1; round <= 5; round++) {
        await push(a, [`row ${round}`]);
        expect((await other.changeLog.read(scope, newQuery(b))).changes).toHaveLength(round);
      }
    });

    it('refuses a device that is not registered, and stores nothing [P-38]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await push(a, ['1']);
      await expectRefusal(push(crypto.randomUUID(), ['2']), 'unknown_device');
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(1);
    });

    it('refuses a device of another user and of another app as one that does not exist [P-7]', async () => {
      const { storage, scope, a } = await openPair(opened());
      for (const foreign of [
        createScope(),
        { ...scope, userId: crypto.randomUUID() },
        { ...scope, appId: crypto.randomUUID() },
      ]) {
        await register(storage, foreign);
        await expectRefusal(storage.changeLog.append(foreign, newBatch(a, [newChange('1')])), 'unknown_device');
        await expectRefusal(storage.changeLog.read(foreign, newQuery(a)), 'unknown_device');
        expect((await storage.changeLog.status(foreign, now)).totalChanges).toBe(0);
      }
    });

    it('refuses a device that was removed, also on the other instance and for a batch id that it used [P-38]', async () => {
      const { storage, other, scope, a, b, push, read } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await push(a, ['1'], { batchId });
      await other.deviceStore.remove(scope, a);
      await expectRefusal(push(a, ['2']), 'unknown_device');
      await expectRefusal(push(a, ['1'], { batchId }), 'unknown_device');
      await expectRefusal(storage.changeLog.read(scope, newQuery(a)), 'unknown_device');
      expect((await read(b)).changes).toMatchObject([{ rowId: '1', deviceId: a }]);
    });

    it('leaves no gap behind a refused batch [P-32]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1']);
      await expectRefusal(push(a, ['2', '3'], { bytesLimit: 1 }), 'quota_exceeded');
      await push(a, ['4']);
      expect(positions(await read(b))).toEqual([1, 2]);
    });
  });
};
