import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createHash, newBatch, newChange, now } from '../samples.js';

const sized = (rowId: string, bytes: number) => newChange(rowId, { data: 'x'.repeat(bytes) });

export const describeQuota = (opened: Opened): void => {
  describe('quota', () => {
    it('counts data in bytes of UTF-8 and nothing else of a change [P-36]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      const texts = ['abc', '', null, '\u00E9', '\u20AC', '\u{1F600}'];
      await push(
        a,
        texts.map((data, index) => newChange(`a long row id ${index}`, { data })),
      );
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(3 + 0 + 0 + 2 + 3 + 4);
    });

    it('takes data up to exactly the limit and refuses one byte more, storing nothing [P-36]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await push(a, [sized('1', 60)], { bytesLimit: 100 });
      await expectRefusal(push(a, [sized('2', 20), sized('3', 21)], { bytesLimit: 100 }), 'quota_exceeded');
      expect(await storage.changeLog.status(scope, now)).toMatchObject({ bytesUsed: 60, totalChanges: 1 });
      await push(a, [sized('2', 20), sized('3', 20)], { bytesLimit: 100 });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
    });

    it('always takes a batch of nothing but deletes, and counts its data [P-36]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await push(a, [sized('1', 10)]);
      const tombstone = newChange('1', { op: 'delete', data: 'xyz' });
      await expectRefusal(push(a, [tombstone, sized('2', 1)], { bytesLimit: 10 }), 'quota_exceeded');
      await push(a, [tombstone], { bytesLimit: 10 });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(13);
    });

    it('counts confirmed blobs and open reservations against new data [P-36]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      const hash = createHash();
      const blob = { hash, sizeBytes: 50, objectKey: `o/${hash}`, now, expiresAt: now + 1000, bytesLimit: null };
      await storage.blobIndex.reserve(scope, blob);
      await expectRefusal(push(a, [sized('1', 51)], { bytesLimit: 100 }), 'quota_exceeded');
      await storage.blobIndex.confirm(scope, hash, blob.objectKey, 50, null, now);
      await expectRefusal(push(a, [sized('1', 51)], { bytesLimit: 100, now: now + 2000 }), 'quota_exceeded');
      await push(a, [sized('1', 50)], { bytesLimit: 100 });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
    });

    it('does not count a reservation whose time is over [P-101]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      const hash = createHash();
      const blob = { hash, sizeBytes: 50, objectKey: `o/${hash}`, now, expiresAt: now + 1000, bytesLimit: null };
      await storage.blobIndex.reserve(scope, blob);
      expect(await push(a, [sized('1', 100)], { bytesLimit: 100, now: now + 1001 })).toMatchObject({ accepted: 1 });
    });

    it('cannot be passed by pushes at the same time [P-36]', async () => {
      const { storage, other, scope, a, b } = await openPair(opened());
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? storage : other).changeLog.append(
            scope,
            newBatch(index % 3 === 0 ? a : b, [sized(`${index}`, 30)], { bytesLimit: 100 }),
          ),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(90);
    });
  });
};
