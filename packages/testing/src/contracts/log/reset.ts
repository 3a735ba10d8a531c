import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair, positions, rowIds } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, createHash, newQuery, now, presented } from '../samples.js';

export const describeReset = (opened: Opened): void => {
  describe('reset', () => {
    it('drops the log and starts the epoch that it was given, on both instances [P-69]', async () => {
      const { push, read, storage, other, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      const epoch = createEpoch();
      await storage.changeLog.reset(scope, epoch, now);
      expect(await other.changeLog.status(scope, now)).toEqual({
        head: { epoch, position: 0, tag: 0, floor: 0 },
        totalChanges: 0,
        bytesUsed: 0,
        keyVersion: null,
      });
      expect((await read(a)).changes).toEqual([]);
      await push(b, ['3']);
      const page = await other.changeLog.read(scope, newQuery(a));
      expect(rowIds(page)).toEqual(['3']);
      expect(positions(page)).toEqual([1]);
    });

    it('drops envelope, history and rotation, and answers the last key version given out [P-69]', async () => {
      const { storage, scope } = await openPair(opened());
      expect(await storage.changeLog.reset(scope, createEpoch(), now)).toBe(0);
      await putKey(storage, scope);
      await putKey(storage, scope);
      expect(await storage.changeLog.reset(scope, createEpoch(), now)).toBe(1);
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      expect(await storage.changeLog.reset(scope, createEpoch(), now)).toBe(3);
      expect(await storage.keyStore.get(scope)).toBeNull();
      expect(await storage.keyStore.history(scope)).toEqual([]);
      await expectRefusal(storage.keyStore.completeRotation(scope, now), 'no_rotation');
    });

    it('moves confirmed and reserved blobs to the discarded objects [P-69]', async () => {
      const { storage, scope } = await openPair(opened());
      const keys = [`o/${createHash()}`, `o/${createHash()}`];
      const hashes = [createHash(), createHash()];
      for (const [index, objectKey] of keys.entries()) {
        const blob = {
          hash: hashes[index] ?? '',
          sizeBytes: 10,
          objectKey,
          now,
          expiresAt: now + 1000,
          bytesLimit: null,
        };
        await storage.blobIndex.reserve(scope, blob);
      }
      await storage.blobIndex.confirm(scope, hashes[0] ?? '', keys[0] ?? '', 10, null, now);
      await storage.changeLog.reset(scope, createEpoch(), now);
      expect(await storage.blobIndex.missing(scope, hashes)).toEqual(hashes);
      expect(await storage.blobIndex.reservations(scope, hashes[1] ?? '')).toEqual([]);
      expect(await storage.blobIndex.discarded(null, 1_000_000)).toEqual(expect.arrayContaining(keys));
    });

    it('keeps the devices and forgets the places that they presented and what they pushed [P-69]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      const { next } = await read(a);
      await read(a, { after: next });
      const before = await storage.deviceStore.list(scope);
      await storage.changeLog.reset(scope, createEpoch(), now);
      expect(await storage.deviceStore.list(scope)).toEqual(
        before.map((device) => ({ ...device, lastPush: 0, presented: 0 })),
      );
      await push(b, ['3', '4', '5']);
      expect(rowIds(await read(a, { after: presented }))).toEqual(['3', '4', '5']);
      expect((await read(a)).lastPush).toBe(0);
    });

    it('lets rows be pushed with `base` as into a new log', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1']);
      await storage.changeLog.reset(scope, createEpoch(), now);
      const { next } = await read(a);
      expect(await push(a, ['1'], { base: next })).toMatchObject({ accepted: 1, position: 1 });
    });

    it('touches no other scope [P-7]', async () => {
      const one = await openPair(opened());
      const two = await openPair(opened());
      await two.push(two.a, ['1']);
      const before = await two.storage.changeLog.status(two.scope, now);
      await one.storage.changeLog.reset(one.scope, createEpoch(), now);
      expect(await two.storage.changeLog.status(two.scope, now)).toEqual(before);
    });
  });
};
