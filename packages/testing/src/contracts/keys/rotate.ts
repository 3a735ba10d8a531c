import { describe, expect, it } from 'vitest';
import { beginRotation, putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, newChange, newQuery, now } from '../samples.js';

export const describeRotate = (opened: Opened): void => {
  describe('rotation of entries', () => {
    it('replaces data and key version and nothing else [P-63]', async () => {
      const { push, read, storage, other, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, [newChange('1', { blobs: ['ab'.repeat(32)] }), newChange('2', { op: 'delete' }), '3']);
      const { changes: before } = await read(b);
      await beginRotation(storage, scope);
      expect(await rotate(storage, scope, [1, 2])).toEqual({ updated: 2, remaining: 1 });
      const { changes } = await other.changeLog.read(scope, newQuery(b));
      expect(changes).toEqual(
        before.map((change) =>
          change.position === 3 ? change : { ...change, data: `rotated ${change.position}`, keyVersion: 2 },
        ),
      );
    });

    it('counts an entry that is at the target already as updated and leaves it alone [P-63]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await beginRotation(storage, scope);
      await push(a, ['3'], { keyVersion: 2 });
      await rotate(storage, scope, [1]);
      expect(await rotate(storage, scope, [1, 2, 3], 'again')).toEqual({ updated: 3, remaining: 0 });
      expect((await read(b)).changes.map(({ data }) => data)).toEqual(['rotated 1', 'again 2', 'data of 3']);
    });

    it('is refused as a whole when a position is none of this log with data, and names the first such index [P-63]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const foreign = await openPair(opened());
      await foreign.push(foreign.a, ['1', '2', '3', '4', '5']);
      await putKey(storage, scope);
      await push(a, ['1', newChange('2', { data: null }), '3']);
      await beginRotation(storage, scope);
      for (const wrong of [2, 4, 0, 1_000_000]) {
        await expectRefusal(rotate(storage, scope, [1, wrong, 3]), 'unknown_entry', { index: 1 });
      }
      expect((await read(b)).changes.map(({ data }) => data)).toEqual(['data of 1', null, 'data of 3']);
    });

    it('is refused under another version than the target [P-57]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1']);
      await beginRotation(storage, scope);
      const entries = [{ position: 1, data: 'new' }];
      for (const keyVersion of [1, 3]) {
        await expectRefusal(
          storage.keyStore.rotate(scope, { entries, keyVersion, bytesLimit: null, now }),
          'stale_key_version',
        );
      }
      const batch = { entries, keyVersion: 2, bytesLimit: null, now };
      expect(await storage.keyStore.rotate(scope, batch)).toEqual({ updated: 1, remaining: 0 });
    });

    it('is refused when no rotation runs [P-66]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await expectRefusal(rotate(storage, createScope(), [1]), 'no_rotation');
      await putKey(storage, scope);
      await push(a, ['1']);
      await expectRefusal(rotate(storage, scope, [1]), 'no_rotation');
    });

    it('counts the new data in place of the old one, and is refused over the limit [P-36]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, [newChange('1', { data: 'x'.repeat(40) }), newChange('2', { data: 'x'.repeat(40) })]);
      await beginRotation(storage, scope);
      const batch = (bytes: number) => ({
        entries: [{ position: 1, data: 'y'.repeat(bytes) }],
        keyVersion: null,
        bytesLimit: 100,
        now,
      });
      await expectRefusal(storage.keyStore.rotate(scope, batch(61)), 'quota_exceeded');
      expect((await read(b)).changes[0]?.data).toBe('x'.repeat(40));
      await storage.keyStore.rotate(scope, batch(60));
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
    });

    it('keeps an unreadable entry as it is and counts it as done [P-63]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await beginRotation(storage, scope);
      const batch = { entries: [{ position: 1, data: null }], keyVersion: null, bytesLimit: null, now };
      expect(await storage.keyStore.rotate(scope, batch)).toEqual({ updated: 1, remaining: 1 });
      expect(await storage.keyStore.rotate(scope, batch)).toEqual({ updated: 1, remaining: 1 });
      expect((await read(b)).changes).toMatchObject([{ data: 'data of 1', keyVersion: 1 }, { data: 'data of 2' }]);
    });

    it('moves no position, so that no reader gets an entry twice [P-63]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      const { next } = await read(b);
      await beginRotation(storage, scope);
      const { next: place } = await rotationEntries(storage, scope, { limit: 1 });
      await rotate(storage, scope, [1, 2]);
      expect(await read(b, { after: next })).toMatchObject({ changes: [], hasMore: false, next: { position: 2 } });
      expect(await rotationEntries(storage, scope, { after: place })).toMatchObject({ entries: [], hasMore: false });
    });

    it('is safe to send twice at once [P-63]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2', '3']);
      await beginRotation(storage, scope);
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, index) => rotate(index % 2 === 0 ? storage : other, scope, [1, 2])),
      );
      expect(answers).toEqual(answers.map(() => ({ updated: 2, remaining: 1 })));
      expect(await rotate(storage, scope, [3])).toEqual({ updated: 1, remaining: 0 });
    });
  });
};
