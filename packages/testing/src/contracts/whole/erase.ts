import type { Scope, Storage } from '@synckeep/core';
import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { confirm, discarded, newBlob, reserve } from '../blob-samples.js';
import { beginRotation, putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, createScope, newDevice, now, register } from '../samples.js';

const eraseAll = async (storage: Storage, scope: Scope, limit = 100): Promise<number> => {
  for (let step = 1; step <= 1000; step++) {
    if (await storage.erase(scope, limit)) return step;
  }
  throw new Error('the erasure does not end');
};

export const describeErase = (opened: Opened): void => {
  describe('erase', () => {
    it('leaves nothing that mentions the scope but its discarded objects [P-92]', async () => {
      const pair = await openPair(opened());
      const { push, read, storage, other, scope, a, b } = pair;
      await putKey(storage, scope);
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await read(b);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1]);
      const [confirmed, reserved] = [await reserve(storage, scope), await reserve(storage, scope)];
      await confirm(storage, scope, confirmed);

      await eraseAll(storage, scope);
      expect(await other.changeLog.status(scope, now)).toEqual({
        head: { epoch: noEpoch, position: 0, tag: 0, floor: 0 },
        totalChanges: 0,
        bytesUsed: 0,
        keyVersion: null,
      });
      expect(await other.deviceStore.list(scope)).toEqual([]);
      expect(await other.keyStore.get(scope)).toBeNull();
      expect(await other.keyStore.history(scope)).toEqual([]);
      expect(await other.blobIndex.get(scope, confirmed.hash)).toBeNull();
      expect(await other.blobIndex.reservations(scope, reserved.hash)).toEqual([]);
      expect(await other.scopes(scope, null, 10)).toEqual([]);
      expect(await discarded(other)).toEqual(expect.arrayContaining([confirmed.objectKey, reserved.objectKey]));
    });

    it('refuses append, register, reserve and a key from its first step on [P-92]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await push(a, ['1', '2', '3', '4', '5', '6', '7', '8', '9'], { batchId });
      expect(await storage.erase(scope, 1)).toBe(false);
      await expectRefusal(push(a, ['2']), 'unknown_device');
      await expectRefusal(push(a, ['1'], { batchId }), 'unknown_device');
      await expectRefusal(other.deviceStore.register(scope, newDevice()), 'invalid_token');
      await expectRefusal(other.blobIndex.reserve(scope, newBlob()), 'unknown_device');
      await expectRefusal(putKey(other, scope), 'invalid_token');
      await eraseAll(other, scope, 1);
      expect(await storage.scopes(scope, null, 10)).toEqual([]);
    });

    it('has no key and no rotation from its first step on [P-92]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      const { keyStore } = other;
      await putKey(storage, scope);
      await push(a, ['1', '2', '3']);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 2, 3]);
      expect(await storage.erase(scope, 1)).toBe(false);
      expect(await keyStore.get(scope)).toBeNull();
      expect(await other.changeLog.status(scope, now)).toMatchObject({ keyVersion: null });
      expect((await other.changeLog.signals([scope]))[0]).toMatchObject({ keyVersion: 0 });
      await expectRefusal(keyStore.completeRotation(scope, now), 'no_rotation');
      await expectRefusal(rotate(other, scope, [1]), 'no_rotation');
      await expectRefusal(keyStore.abortRotation(scope, 100, now), 'no_rotation');
      await expectRefusal(rotationEntries(other, scope), 'no_rotation');
      await expectRefusal(beginRotation(other, scope), 'key_not_found');
      await eraseAll(other, scope, 1);
    });

    it('answers true at once for a scope that is not there, and for one that was erased', async () => {
      const { storage, scope } = await openPair(opened());
      expect(await storage.erase(createScope(), 1)).toBe(true);
      await eraseAll(storage, scope);
      expect(await storage.erase(scope, 1)).toBe(true);
    });

    it('leaves a scope that can be used again as if it were new', async () => {
      const { push, read, storage, scope, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      const place = await push(a, ['1', '2'], { batchId });
      await eraseAll(storage, scope);
      const freshEpoch = createEpoch();
      const { id } = await register(storage, scope, { freshEpoch });
      expect(await push(id, ['3'], { batchId })).toMatchObject({ epoch: freshEpoch, position: 1, replayed: false });
      expect((await read(id)).changes).toMatchObject([{ rowId: '3', position: 1, keyVersion: 1 }]);
      expect(await putKey(storage, scope)).toMatchObject({ keyVersion: 1 });
      const after = { epoch: place.epoch, position: 1, tag: place.tag, own: 0, floor: 0 };
      await expectRefusal(read(id, { after }), 'cursor_expired', { reason: 'restored' });
    });

    it('touches no other user of the app and no other app of the user [P-7]', async () => {
      const { storage, other, scope } = await openPair(opened());
      for (const neighbour of [
        { ...scope, userId: crypto.randomUUID() },
        { ...scope, appId: crypto.randomUUID() },
      ]) {
        const device = await register(storage, neighbour);
        await eraseAll(storage, scope);
        expect(await other.deviceStore.list(neighbour)).toEqual([device]);
      }
    });

    it('never leaves an append behind that came while it began [P-92]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      await push(a, ['0']);
      const appends = Array.from({ length: 10 }, (_, index) => push(a, [`${index}`]));
      const erased = eraseAll(other, scope, 3);
      await Promise.allSettled(appends);
      await erased;
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(0);
      const { id } = await register(storage, scope);
      expect(await push(id, ['fresh'])).toMatchObject({ position: 1 });
      const { changes } = await storage.changeLog.read(scope, {
        deviceId: id,
        after: null,
        includeOwn: true,
        limit: 500,
        maxBytes: 1000,
        maxScan: 1000,
        isPresented: true,
        now,
      });
      expect(rowIds({ changes })).toEqual(['fresh']);
    });
  });
};
