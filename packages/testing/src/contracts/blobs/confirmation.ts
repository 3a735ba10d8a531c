import { describe, expect, it } from 'vitest';
import { confirm, discarded, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createHash, createScope, now } from '../samples.js';

export const describeConfirmation = (opened: Opened): void => {
  describe('confirmed blobs', () => {
    it('point at the object that was verified [P-103]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      const { hash, objectKey, sizeBytes } = blob;
      expect(await confirm(storage, scope, blob)).toEqual({ objectKey, sizeBytes });
      expect(await other.blobIndex.get(scope, hash)).toEqual({ objectKey, sizeBytes });
      expect(await other.blobIndex.missing(scope, [hash])).toEqual([]);
      expect(await storage.blobIndex.reservations(scope, hash)).toEqual([]);
      expect(await discarded(storage)).not.toContain(objectKey);
    });

    it('stay with the first object; the other reservations become discarded objects [P-103]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const hash = createHash();
      const [first, second] = [await reserve(storage, scope, { hash }), await reserve(storage, scope, { hash })];
      const confirmed = { objectKey: first.objectKey, sizeBytes: 10 };
      expect(await confirm(storage, scope, first)).toEqual(confirmed);
      expect(await confirm(other, scope, second)).toEqual(confirmed);
      expect(await confirm(storage, scope, first)).toEqual(confirmed);
      expect(await storage.blobIndex.get(scope, hash)).toEqual(confirmed);
      const objects = await discarded(storage);
      expect(objects).toContain(second.objectKey);
      expect(objects).not.toContain(first.objectKey);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(10);
    });

    it('are one object when two are confirmed at the same time [P-103]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const hash = createHash();
      const blobs = [await reserve(storage, scope, { hash }), await reserve(storage, scope, { hash })] as const;
      const [one, two] = await Promise.all([confirm(storage, scope, blobs[0]), confirm(other, scope, blobs[1])]);
      expect(one).toEqual(two);
      const loser = blobs.find(({ objectKey }) => objectKey !== one.objectKey)?.objectKey;
      expect(await discarded(storage)).toContain(loser);
    });

    it('need their reservation [P-103]', async () => {
      const { storage, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      await expectRefusal(confirm(storage, scope, { ...blob, objectKey: 'contract/unknown' }), 'blob_not_uploaded');
      await expectRefusal(confirm(storage, scope, { ...blob, hash: createHash() }), 'blob_not_uploaded');
      await expectRefusal(confirm(storage, createScope(), blob), 'blob_not_uploaded');
      await storage.blobIndex.release(scope, blob.hash, blob.objectKey);
      await expectRefusal(confirm(storage, scope, blob), 'blob_not_uploaded');
      expect(await storage.blobIndex.get(scope, blob.hash)).toBeNull();
    });

    it('are not refused for the quota while their reservation is open [P-103]', async () => {
      const { storage, scope } = await openPair(opened());
      const blob = await reserve(storage, scope, { sizeBytes: 50 });
      expect(await confirm(storage, scope, blob, 10)).toMatchObject({ sizeBytes: 50 });
    });

    it('may come after the time of their reservation as long as they fit [P-103]', async () => {
      const { storage, scope } = await openPair(opened());
      const late = now + 5000;
      const [first, second] = [
        await reserve(storage, scope, { sizeBytes: 60 }),
        await reserve(storage, scope, { sizeBytes: 60 }),
      ];
      expect(await confirm(storage, scope, first, 100, late)).toMatchObject({ sizeBytes: 60 });
      await expectRefusal(confirm(storage, scope, second, 100, late), 'quota_exceeded');
      expect(await storage.blobIndex.get(scope, second.hash)).toBeNull();
    });

    it('are removed once, their objects discarded [P-104]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      expect(await storage.blobIndex.remove(scope, blob.hash)).toBe(false);
      await confirm(storage, scope, blob);
      expect(await storage.blobIndex.remove(scope, blob.hash)).toBe(true);
      expect(await other.blobIndex.remove(scope, blob.hash)).toBe(false);
      expect(await other.blobIndex.get(scope, blob.hash)).toBeNull();
      expect(await discarded(storage)).toContain(blob.objectKey);
    });

    it('are left out of the missing ones, which keep the order asked, each once [P-37]', async () => {
      const { storage, scope } = await openPair(opened());
      const blob = await reserve(storage, scope);
      await confirm(storage, scope, blob);
      const [one, two] = [createHash(), createHash()];
      for (const asked of [
        [two, blob.hash, one, two],
        [one, two, one, blob.hash],
      ]) {
        const expected = [...new Set(asked)].filter((hash) => hash !== blob.hash);
        expect(await storage.blobIndex.missing(scope, asked)).toEqual(expected);
      }
      expect(await storage.blobIndex.missing(scope, [])).toEqual([]);
      const many = Array.from({ length: 1500 }, () => createHash());
      expect(await storage.blobIndex.missing(scope, many)).toEqual(many);
    });
  });
};
