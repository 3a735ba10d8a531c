import type { CollectBlobs, Scope, Storage } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { confirm, discarded, newBlob, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createHash, createScope, newChange, now } from '../samples.js';
import { bring, createImport, publishAll, readScope, withOtherObjects } from '../transfer/samples.js';

const day = 86_400_000;

const store = async (storage: Storage, scope: Scope, over: { sizeBytes?: number; now?: number } = {}) => {
  const blob = await reserve(storage, scope, { expiresAt: now + 9 * day, ...over });
  await confirm(storage, scope, blob, null, over.now ?? now);
  return blob;
};

export const describeCollection = (opened: Opened): void => {
  describe('blobs that nothing names', () => {
    const open = async () => {
      const pair = await openPair(opened());
      const { storage, scope } = pair;
      /** As of a reading that begins two days later, with a grace of one day. */
      const collect = async (hashes: readonly string[], over: Partial<CollectBlobs> = {}) => {
        const { epoch, position } = (await storage.changeLog.status(scope, now)).head;
        const found = { hashes, epoch, position, touchedBefore: now + day, now: now + 2 * day };
        return pair.other.blobIndex.collect(scope, { ...found, ...over });
      };
      return { ...pair, collect, isThere: async (hash: string) => (await storage.blobIndex.get(scope, hash)) !== null };
    };

    it('go after their grace, with their bytes, and become discarded objects [P-89]', async () => {
      const { storage, scope, collect, isThere } = await open();
      const [gone, kept] = [await store(storage, scope, { sizeBytes: 30 }), await store(storage, scope)];
      expect(await collect([gone.hash, createHash()], { touchedBefore: now })).toEqual({ removed: 0, removedBytes: 0 });
      expect(await collect([gone.hash, createHash()])).toEqual({ removed: 1, removedBytes: 30 });
      expect(await collect([gone.hash])).toEqual({ removed: 0, removedBytes: 0 });
      expect([await isThere(gone.hash), await isThere(kept.hash)]).toEqual([false, true]);
      expect(await discarded(storage)).toContain(gone.objectKey);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(10);
    });

    it('stay when an upload finds them, when they are confirmed again, and when a change names them [P-89]', async () => {
      const { storage, scope, a, push, collect, isThere } = await open();
      const time = now + day;
      const blobs = [await store(storage, scope), await store(storage, scope), await store(storage, scope)] as const;
      const [found, confirmed, named] = blobs;
      expect(await storage.blobIndex.reserve(scope, newBlob({ hash: found.hash, now: time }))).toEqual({
        exists: true,
      });
      await confirm(storage, scope, confirmed, null, time);
      await push(a, [newChange('r'), newChange('s', { blobs: [createHash(), named.hash] })], { now: time });
      const position = 2;
      expect(
        await collect(
          blobs.map(({ hash }) => hash),
          { position },
        ),
      ).toEqual({ removed: 0, removedBytes: 0 });
      for (const { hash } of blobs) expect(await isThere(hash)).toBe(true);
      const listed = await storage.blobIndex.list(scope, null, 10);
      expect(listed.map(({ touchedAt }) => touchedAt)).toEqual([time, time, time]);
    });

    it('stay when a change came since that has data and does not say what it names [P-89]', async () => {
      const { storage, scope, a, push, collect } = await open();
      const { hash } = await store(storage, scope);
      await push(a, [newChange('r')]);
      await push(a, [newChange('r', { blobs: [] }), newChange('s', { op: 'delete', data: null })]);
      expect(await collect([hash], { position: 0 })).toBeNull();
      await push(a, [newChange('r', { blobs: [createHash()] }), newChange('s')]);
      expect(await collect([hash], { position: 3 })).toBeNull();
      expect(await collect([hash], { position: 5 })).toEqual({ removed: 1, removedBytes: 10 });
    });

    it('stay when the log is another one, or there is none [P-89]', async () => {
      const { storage, scope, collect, isThere } = await open();
      const { hash } = await store(storage, scope);
      expect(await collect([hash], { epoch: 'another' })).toBeNull();
      expect(await isThere(hash)).toBe(true);
      const nowhere = { hashes: [hash], epoch: 'e', position: 0, touchedBefore: now + day, now };
      expect(await storage.blobIndex.collect(createScope(), nowhere)).toBeNull();
      expect(await storage.blobIndex.list(createScope(), null, 10)).toEqual([]);
    });

    it('have their whole grace again where an import brought them [P-89]', async () => {
      const { storage, other, scope } = await open();
      const { hash } = await store(storage, scope);
      const target = createScope();
      const by = createImport();
      await bring(other, target, by, withOtherObjects(await readScope(storage, scope)));
      expect(await storage.blobIndex.list(target, null, 10)).toEqual([]);
      await publishAll(other, by.id);
      expect(await storage.blobIndex.list(target, null, 10)).toEqual([{ hash, sizeBytes: 10, touchedAt: null }]);
      const { epoch } = (await storage.changeLog.status(target, now)).head;
      const found = { hashes: [hash], epoch, position: 0, touchedBefore: now + day, now };
      expect(await storage.blobIndex.collect(target, found)).toEqual({ removed: 0, removedBytes: 0 });
      expect(await storage.blobIndex.collect(target, found)).toEqual({ removed: 1, removedBytes: 10 });
    });

    it('are listed in order of their hashes, page by page', async () => {
      const { storage, scope } = await open();
      const hashes = [];
      for (let index = 0; index < 5; index++) hashes.push((await store(storage, scope, { now: now + index })).hash);
      hashes.sort();
      const first = await storage.blobIndex.list(scope, null, 3);
      const rest = await storage.blobIndex.list(scope, first.at(-1)?.hash ?? null, 3);
      expect([...first, ...rest].map(({ hash }) => hash)).toEqual(hashes);
    });
  });
};
