import { describe, expect, it } from 'vitest';
import { discarded, newBlob } from '../blob-samples.js';
import { putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, createScope, newBatch, newDevice, newQuery, now } from '../samples.js';
import { bring, createImport, emptyHead, openFullScope, publishAll, readScope, withOtherObjects } from './samples.js';

export const describeHeld = (opened: Opened): void => {
  describe('a scope that an import holds', () => {
    const open = async () => {
      const full = await openFullScope(opened());
      const whole = withOtherObjects(await readScope(full.storage, full.scope));
      const [scope, by] = [createScope(), createImport()];
      await bring(full.storage, scope, by, whole);
      return { ...full, whole, scope, by };
    };

    it('is out of sight of everybody', async () => {
      const { storage, other, scope, a, whole } = await open();
      const nothing = createScope();
      expect(await other.changeLog.status(scope, now)).toEqual(await other.changeLog.status(nothing, now));
      expect(await other.changeLog.signals([scope])).toEqual(await other.changeLog.signals([nothing]));
      expect(await other.changeLog.hasForeign(scope, a, 5, 5)).toBe(false);
      expect(await other.changeLog.reset(scope, createEpoch(), now)).toBe(0);
      await expectRefusal(storage.changeLog.read(scope, newQuery(a)), 'unknown_device');
      await expectRefusal(storage.changeLog.append(scope, newBatch(a, [])), 'unknown_device');
      expect(await other.deviceStore.list(scope)).toEqual([]);
      expect(await other.deviceStore.get(scope, a)).toBeNull();
      expect(await other.deviceStore.rename(scope, a, 'x')).toBeNull();
      expect(await other.deviceStore.remove(scope, a)).toBeUndefined();
      expect(await other.keyStore.get(scope)).toBeNull();
      expect(await other.keyStore.history(scope)).toEqual([]);
      await expectRefusal(other.keyStore.completeRotation(scope, now), 'no_rotation');
      const [blob] = whole.blob;
      expect(await other.blobIndex.get(scope, blob?.hash ?? '')).toBeNull();
      expect(await other.blobIndex.missing(scope, [blob?.hash ?? ''])).toHaveLength(1);
      expect(await other.blobIndex.remove(scope, blob?.hash ?? '')).toBe(false);
      await expectRefusal(other.blobIndex.reserve(scope, newBlob()), 'unknown_device');
      expect(await other.transfer.head(scope)).toBeNull();
      expect((await readScope(other, scope)).change).toEqual([]);
    });

    it('takes no device and no key, but says that it soon will', async () => {
      const { other, scope, by, whole } = await open();
      await expectRefusal(other.deviceStore.register(scope, newDevice()), 'unavailable');
      await expectRefusal(putKey(other, scope), 'unavailable');
      await publishAll(other, by.id);
      expect(await readScope(other, scope)).toEqual(whole);
    });

    it('is listed among the scopes, and its objects are known', async () => {
      const { other, scope, whole } = await open();
      expect(await other.scopes(scope, null, 10)).toEqual([scope]);
      const objectKeys = whole.blob.map(({ objectKey }) => objectKey);
      expect(await other.blobIndex.known(objectKeys)).toEqual(new Set(objectKeys));
    });

    it('can be erased, and is then written to and published no more [P-92]', async () => {
      const { storage, other, scope, by, whole } = await open();
      expect(await other.erase(scope, 1)).toBe(false);
      expect(await storage.transfer.publish(by.id, 10)).toBe(true);
      expect(await storage.transfer.abandon(by.id, null, 100)).toBe(true);
      expect(await storage.transfer.head(scope)).toBeNull();
      expect(await storage.deviceStore.list(scope)).toEqual([]);
      while (!(await other.erase(scope, 100)));
      expect(await other.scopes(scope, null, 10)).toEqual([]);
      expect(await discarded(other)).toEqual(expect.arrayContaining(whole.blob.map(({ objectKey }) => objectKey)));
    });

    it('takes nothing more from its import once it is being erased [P-92]', async () => {
      const { storage, other, whole } = await open();
      const [scope, by] = [createScope(), createImport()];
      await storage.transfer.begin(scope, by, { ...emptyHead(), devices: whole.head?.devices ?? [] });
      await storage.transfer.write(scope, by, 'endedEpoch', whole.endedEpoch);
      expect(await other.erase(scope, 1)).toBe(false);
      expect(await storage.transfer.write(scope, by, 'batch', whole.batch)).toBe(false);
      expect(await storage.transfer.seal(scope, by)).toBe(false);
    });

    it('gets another epoch with all others', async () => {
      const { storage, other, scope, by } = await open();
      const epoch = createEpoch();
      await other.changeLog.renewEpoch(scope, epoch);
      await publishAll(storage, by.id);
      expect((await storage.transfer.head(scope))?.log.epoch).toBe(epoch);
    });
  });
};
