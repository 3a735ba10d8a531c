import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createEpoch, createHash, createScope, now, register } from '../samples.js';

export const describeStatus = (opened: Opened): void => {
  describe('status', () => {
    it('is zeros and no epoch for a scope without a log', async () => {
      expect(await opened().storage.changeLog.status(createScope(), now)).toEqual({
        head: { epoch: noEpoch, position: 0, tag: 0, floor: 0 },
        totalChanges: 0,
        bytesUsed: 0,
        keyVersion: null,
      });
    });

    it('has the fresh epoch of whoever was first in the scope', async () => {
      const { storage } = opened();
      const [byDevice, byKey] = [createScope(), createScope()];
      const freshEpoch = createEpoch();
      await register(storage, byDevice, { freshEpoch });
      await register(storage, byDevice);
      await putKey(storage, byDevice);
      expect((await storage.changeLog.status(byDevice, now)).head.epoch).toBe(freshEpoch);
      await putKey(storage, byKey, { freshEpoch });
      await register(storage, byKey);
      expect((await storage.changeLog.status(byKey, now)).head.epoch).toBe(freshEpoch);
    });

    it('is the head after each batch, on both instances [P-50]', async () => {
      const { push, storage, other, scope, a, b } = await openPair(opened());
      for (const [device, rows] of [[a, ['1', '2']] as const, [b, ['3']] as const, [a, []] as const]) {
        const { accepted, replayed, ...head } = await push(device, rows);
        for (const { changeLog } of [storage, other]) {
          expect(await changeLog.status(scope, now)).toMatchObject({ head, totalChanges: head.position });
        }
      }
    });

    it('counts data, reserved and confirmed blobs together [P-50]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await push(a, ['1']);
      const data = 'data of 1'.length;
      const hash = createHash();
      const blob = { hash, sizeBytes: 100, objectKey: `o/${hash}`, now, expiresAt: now + 1000, bytesLimit: null };
      await storage.blobIndex.reserve(scope, blob);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(data + 100);
      await storage.blobIndex.confirm(scope, hash, blob.objectKey, 100, null, now);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(data + 100);
      await storage.blobIndex.remove(scope, hash);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(data);
    });

    it('has the current key version, also while a rotation runs [P-50]', async () => {
      const { storage, scope } = await openPair(opened());
      expect((await storage.changeLog.status(scope, now)).keyVersion).toBeNull();
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      expect((await storage.changeLog.status(scope, now)).keyVersion).toBe(1);
      await storage.keyStore.completeRotation(scope, now);
      expect((await storage.changeLog.status(scope, now)).keyVersion).toBe(2);
    });
  });
};
