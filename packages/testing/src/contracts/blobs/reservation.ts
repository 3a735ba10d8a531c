import { describe, expect, it } from 'vitest';
import { confirm, discarded, newBlob, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createHash, createScope, now } from '../samples.js';

export const describeReservation = (opened: Opened): void => {
  describe('reservations', () => {
    it('exist with their object key and size, and confirm nothing [P-101]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      expect(blob.exists).toBe(false);
      const { hash, objectKey, sizeBytes } = blob;
      expect(await other.blobIndex.reservations(scope, hash)).toEqual([{ objectKey, sizeBytes }]);
      expect(await storage.blobIndex.get(scope, hash)).toBeNull();
      expect(await storage.blobIndex.missing(scope, [hash])).toEqual([hash]);
    });

    it('of one hash come newest first, expired ones too', async () => {
      const { storage, scope } = await openPair(opened());
      const hash = createHash();
      const made = [];
      for (const time of [now, now + 5000, now + 10_000]) {
        made.push(await reserve(storage, scope, { hash, now: time, expiresAt: time + 1 }));
      }
      const keys = (await storage.blobIndex.reservations(scope, hash)).map(({ objectKey }) => objectKey);
      expect(keys).toEqual([made[2]?.objectKey, made[1]?.objectKey, made[0]?.objectKey]);
      expect(await storage.blobIndex.reservations(scope, createHash())).toEqual([]);
    });

    it('are not made for a blob that is confirmed [P-101]', async () => {
      const { storage, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      await confirm(storage, scope, blob);
      expect(await reserve(storage, scope, { hash: blob.hash, bytesLimit: 0 })).toMatchObject({ exists: true });
      expect(await storage.blobIndex.reservations(scope, blob.hash)).toEqual([]);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(10);
    });

    it('are refused in a scope without a device [P-101]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const blob = newBlob();
      await expectRefusal(storage.blobIndex.reserve(scope, blob), 'unknown_device');
      expect(await storage.blobIndex.reservations(scope, blob.hash)).toEqual([]);
    });

    it('become discarded objects when they are released', async () => {
      const { storage, scope } = await openPair(opened());
      const hash = createHash();
      const [kept, dropped] = [await reserve(storage, scope, { hash }), await reserve(storage, scope, { hash })];
      await storage.blobIndex.release(scope, hash, dropped.objectKey);
      await storage.blobIndex.release(scope, hash, dropped.objectKey);
      await storage.blobIndex.release(createScope(), hash, kept.objectKey);
      await storage.blobIndex.release(scope, createHash(), kept.objectKey);
      expect(await storage.blobIndex.reservations(scope, hash)).toMatchObject([{ objectKey: kept.objectKey }]);
      const objects = await discarded(storage);
      expect(objects.filter((key) => key === dropped.objectKey)).toHaveLength(1);
      expect(objects).not.toContain(kept.objectKey);
    });

    it('of another user and another app are none [P-100]', async () => {
      const { storage, scope } = await openPair(opened());
      const stranger = await openPair(opened());
      const blob = await reserve(storage, scope);
      await confirm(storage, scope, blob);
      const { blobIndex } = stranger.storage;
      expect(await blobIndex.get(stranger.scope, blob.hash)).toBeNull();
      expect(await blobIndex.missing(stranger.scope, [blob.hash])).toEqual([blob.hash]);
      expect(await reserve(stranger.storage, stranger.scope, { hash: blob.hash })).toMatchObject({ exists: false });
      expect(await blobIndex.remove(stranger.scope, createHash())).toBe(false);
    });
  });
};
