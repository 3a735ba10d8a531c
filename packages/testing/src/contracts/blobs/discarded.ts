import { describe, expect, it } from 'vitest';
import { confirm, discarded, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createHash, createOldTime, now } from '../samples.js';

export const describeDiscarded = (opened: Opened): void => {
  describe('discarded objects', () => {
    it('stay listed until they are forgotten', async () => {
      const { storage, other, scope } = await openPair(opened());
      const keys: string[] = [];
      for (let round = 0; round < 3; round++) {
        const blob = await reserve(storage, scope);
        await storage.blobIndex.release(scope, blob.hash, blob.objectKey);
        keys.push(blob.objectKey);
      }
      expect(await other.blobIndex.discarded(null, 1)).toHaveLength(1);
      expect(await discarded(other)).toEqual(expect.arrayContaining(keys));
      await storage.blobIndex.forgetDiscarded([keys[0] ?? '', keys[2] ?? '', 'contract/unknown']);
      const left = await discarded(other);
      expect(keys.filter((key) => left.includes(key))).toEqual([keys[1]]);
      await storage.blobIndex.forgetDiscarded([]);
    });

    it('are listed in order of key by its bytes, after any key, in bounded steps', async () => {
      const { storage, other, scope } = await openPair(opened());
      const prefix = `contract/${createHash()}`;
      const [first, second, third, last] = [`${prefix}-b`, `${prefix}/b`, `${prefix}0`, `${prefix}a`] as const;
      for (const objectKey of [third, last, first, second]) {
        const { hash } = await reserve(storage, scope, { objectKey });
        await storage.blobIndex.release(scope, hash, objectKey);
      }
      const { blobIndex } = other;
      expect(await blobIndex.discarded(prefix, 4)).toEqual([first, second, third, last]);
      expect(await blobIndex.discarded(prefix, 2)).toEqual([first, second]);
      expect(await blobIndex.discarded(second, 2)).toEqual([third, last]);
      expect(await blobIndex.discarded(last, 100)).not.toContain(last);
      const all = await discarded(storage);
      expect(all).toEqual(all.toSorted());
      expect(await blobIndex.discarded(null, 3)).toEqual(all.slice(0, 3));
      await storage.blobIndex.forgetDiscarded([first, third]);
      expect(await blobIndex.discarded(prefix, 2)).toEqual([second, last]);
    });

    it('are made of reservations before a moment, in bounded steps; confirmed blobs stay [P-107]', async () => {
      const { storage, scope } = await openPair(opened());
      const time = createOldTime();
      while ((await storage.blobIndex.discardUnconfirmed(time, 1000)) > 0);
      const made = [];
      for (let round = 0; round < 3; round++) {
        made.push(await reserve(storage, scope, { now: time, expiresAt: time + 1 }));
      }
      const kept = await reserve(storage, scope, { now: time });
      await confirm(storage, scope, kept, null, time);
      const young = await reserve(storage, scope, { now: time + 1 });
      expect(await storage.blobIndex.discardUnconfirmed(time, 10)).toBe(0);
      expect(await storage.blobIndex.discardUnconfirmed(time + 1, 2)).toBe(2);
      expect(await storage.blobIndex.discardUnconfirmed(time + 1, 2)).toBe(1);
      expect(await storage.blobIndex.discardUnconfirmed(time + 1, 2)).toBe(0);
      const objects = await discarded(storage);
      expect(objects).toEqual(expect.arrayContaining(made.map(({ objectKey }) => objectKey)));
      expect(objects).not.toContain(kept.objectKey);
      expect(objects).not.toContain(young.objectKey);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(20);
    });

    it('are known, as reserved and confirmed ones are, until they are forgotten [P-107]', async () => {
      const { storage, scope } = await openPair(opened());
      const [reserved, confirmed, dropped] = [
        await reserve(storage, scope),
        await reserve(storage, scope),
        await reserve(storage, scope),
      ];
      await confirm(storage, scope, confirmed);
      await storage.blobIndex.release(scope, dropped.hash, dropped.objectKey);
      const keys = [reserved.objectKey, confirmed.objectKey, dropped.objectKey];
      expect(await storage.blobIndex.known([...keys, 'contract/unknown'])).toEqual(new Set(keys));
      await storage.blobIndex.forgetDiscarded([dropped.objectKey]);
      expect(await storage.blobIndex.known(keys)).toEqual(new Set(keys.slice(0, 2)));
      expect(await storage.blobIndex.known([])).toEqual(new Set());
      const many = Array.from({ length: 1500 }, (_, index) => `contract/unknown/${index}`);
      expect(await storage.blobIndex.known([...many, reserved.objectKey])).toEqual(new Set([reserved.objectKey]));
    });
  });
};
