import { describe, expect, it } from 'vitest';
import { confirm, newBlob, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createHash, newChange, now } from '../samples.js';

export const describeBlobQuota = (opened: Opened): void => {
  describe('quota of blobs', () => {
    it('counts data, confirmed blobs and open reservations, up to exactly the limit [P-101]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await push(a, [newChange('1', { data: 'x'.repeat(10) })]);
      await confirm(storage, scope, await reserve(storage, scope, { sizeBytes: 20 }));
      await reserve(storage, scope, { sizeBytes: 30 });
      const blob = newBlob({ sizeBytes: 41, bytesLimit: 100 });
      await expectRefusal(storage.blobIndex.reserve(scope, blob), 'quota_exceeded');
      expect(await storage.blobIndex.reservations(scope, blob.hash)).toEqual([]);
      expect(await storage.blobIndex.reserve(scope, { ...blob, sizeBytes: 40 })).toEqual({ exists: false });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
    });

    it('counts several reservations of one hash once, as the largest [P-101]', async () => {
      const { storage, scope } = await openPair(opened());
      const hash = createHash();
      await reserve(storage, scope, { hash, sizeBytes: 60, bytesLimit: 100 });
      await reserve(storage, scope, { hash, sizeBytes: 40, bytesLimit: 100 });
      await reserve(storage, scope, { sizeBytes: 40, bytesLimit: 100 });
      await expectRefusal(reserve(storage, scope, { hash, sizeBytes: 61, bytesLimit: 100 }), 'quota_exceeded');
      await reserve(storage, scope, { hash, sizeBytes: 60, bytesLimit: 100 });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
    });

    it('does not count reservations whose time is over [P-101]', async () => {
      const { storage, scope } = await openPair(opened());
      await reserve(storage, scope, { sizeBytes: 100, bytesLimit: 100 });
      const late = { sizeBytes: 100, bytesLimit: 100, now: now + 1001, expiresAt: now + 2000 };
      expect(await reserve(storage, scope, late)).toMatchObject({ exists: false });
    });

    it('gets released and removed bytes back', async () => {
      const { storage, scope } = await openPair(opened());
      const first = await reserve(storage, scope, { sizeBytes: 100, bytesLimit: 100 });
      await storage.blobIndex.release(scope, first.hash, first.objectKey);
      const second = await reserve(storage, scope, { sizeBytes: 100, bytesLimit: 100 });
      await confirm(storage, scope, second);
      await expectRefusal(reserve(storage, scope, { sizeBytes: 1, bytesLimit: 100 }), 'quota_exceeded');
      await storage.blobIndex.remove(scope, second.hash);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(0);
      await reserve(storage, scope, { sizeBytes: 100, bytesLimit: 100 });
    });

    it('cannot be passed by reservations and pushes at the same time [P-101]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      const outcomes = await Promise.allSettled([
        ...Array.from({ length: 8 }, (_, index) =>
          reserve(index % 2 === 0 ? storage : other, scope, { sizeBytes: 30, bytesLimit: 100 }),
        ),
        ...Array.from({ length: 4 }, (_, index) =>
          push(a, [newChange(`${index}`, { data: 'x'.repeat(30) })], { bytesLimit: 100 }),
        ),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(90);
    });
  });
};
