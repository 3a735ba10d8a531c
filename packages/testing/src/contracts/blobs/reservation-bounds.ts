import type { Storage } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { confirm, discarded, newBlob, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal, refusalOf } from '../refusal.js';
import { createHash, now } from '../samples.js';

const bound = limits.reservationsPerBlob;

export const describeReservationBounds = (opened: Opened): void => {
  describe('bounds of reservations', () => {
    it('keep the newest ones of a hash, expired or not; an older one becomes a discarded object [P-101]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const hash = createHash();
      const kept = async () => (await other.blobIndex.reservations(scope, hash)).map(({ objectKey }) => objectKey);
      // The one made second is the oldest: what counts is the time, not the order of arrival.
      const times = Array.from({ length: bound }, (_, index) => now + (index === 1 ? -1 : index * 100));
      const keys: string[] = [];
      for (const time of times) {
        keys.push((await reserve(storage, scope, { hash, now: time, expiresAt: time + 150 })).objectKey);
      }
      const stranger = await reserve(storage, scope, { now: now - 100 });
      expect(await kept()).toHaveLength(bound);
      const late = now + 10_000;
      const eleventh = await reserve(storage, scope, { hash, now: late, expiresAt: late + 150 });
      expect(await kept()).toEqual([eleventh.objectKey, ...keys.slice(2).reverse(), keys[0]]);
      const objects = await discarded(other);
      expect(objects).toContain(keys[1]);
      for (const objectKey of [keys[0], keys[2], stranger.objectKey]) expect(objects).not.toContain(objectKey);
      await expectRefusal(confirm(storage, scope, { ...eleventh, objectKey: keys[1] ?? '' }), 'blob_not_uploaded');
    });

    it('keep as many of a hash when more are made at the same time, and lose no object [P-101]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const hash = createHash();
      const made = await Promise.all(
        Array.from({ length: 2 * bound + 2 }, (_, index) =>
          reserve(index % 2 === 0 ? storage : other, scope, { hash }),
        ),
      );
      const kept = (await storage.blobIndex.reservations(scope, hash)).map(({ objectKey }) => objectKey);
      expect(kept).toHaveLength(bound);
      const dropped = made.map(({ objectKey }) => objectKey).filter((objectKey) => !kept.includes(objectKey));
      expect(await discarded(storage)).toEqual(expect.arrayContaining(dropped));
    });

    it('count the quota without the one that leaves, and discard nothing with a refusal [P-101]', async () => {
      const { storage, scope } = await openPair(opened());
      const hash = createHash();
      const { objectKey: oldest } = await reserve(storage, scope, { hash, sizeBytes: 60 });
      for (let index = 1; index < bound; index++) await reserve(storage, scope, { hash, now: now + 1 });
      await reserve(storage, scope, { sizeBytes: 40 });
      const blob = newBlob({ hash, now: now + 2, bytesLimit: 95 });
      await expectRefusal(storage.blobIndex.reserve(scope, { ...blob, sizeBytes: 56 }), 'quota_exceeded');
      expect((await storage.blobIndex.reservations(scope, hash)).at(-1)).toEqual({ objectKey: oldest, sizeBytes: 60 });
      expect(await discarded(storage)).not.toContain(oldest);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(100);
      await storage.blobIndex.reserve(scope, { ...blob, sizeBytes: 55 });
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(95);
    });

    it('let a scope have so many, expired or not, and no more [P-101]', { timeout: 120_000 }, async () => {
      const { storage, other, scope } = await openPair(opened());
      const hash = createHash();
      const fill = async (count: number, over = {}) => {
        const blobs = Array.from({ length: count }, () => newBlob({ sizeBytes: 1, ...over }));
        for (let from = 0; from < count; from += 500) {
          await Promise.all(blobs.slice(from, from + 500).map((blob) => storage.blobIndex.reserve(scope, blob)));
        }
        return blobs;
      };
      await fill(bound, { hash });
      const [first, second] = await fill(limits.reservationsPerUser - bound - 1);
      if (!first || !second) throw new Error('Nothing was reserved.');
      const late = now + 10_000;
      const reserveLate = (storages: Storage, over = {}) =>
        reserve(storages, scope, { now: late, expiresAt: late + 1000, ...over });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, (_, index) => reserveLate(index % 2 === 0 ? storage : other)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const inAnHour = { code: 'rate_limited', retryAfter: 3600 };
      const refused = newBlob();
      expect(await refusalOf(storage.blobIndex.reserve(scope, refused))).toMatchObject(inAnHour);
      expect(await storage.blobIndex.reservations(scope, refused.hash)).toEqual([]);

      await reserveLate(storage, { hash });
      expect(await storage.blobIndex.reservations(scope, hash)).toHaveLength(bound);
      expect(await refusalOf(reserveLate(other))).toMatchObject(inAnHour);
      const stranger = await openPair(opened());
      await reserve(storage, stranger.scope);

      await confirm(storage, scope, first);
      expect(await reserveLate(storage, { hash: first.hash })).toMatchObject({ exists: true });
      await reserveLate(storage);
      expect(await refusalOf(reserveLate(other))).toMatchObject(inAnHour);
      expect(await reserveLate(storage, { hash: first.hash })).toMatchObject({ exists: true });
      await storage.blobIndex.release(scope, second.hash, second.objectKey);
      await reserveLate(other);
      expect(await refusalOf(reserveLate(storage))).toMatchObject(inAnHour);
    });
  });
};
