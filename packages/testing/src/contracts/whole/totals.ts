import type { StorageTotals } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { confirm, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createScope, newBatch, newChange, now, register } from '../samples.js';
import { createImport, emptyHead } from '../transfer/samples.js';

const minus = (a: StorageTotals, b: StorageTotals): StorageTotals => ({
  scopes: a.scopes - b.scopes,
  users: a.users - b.users,
  changes: a.changes - b.changes,
  dataBytes: a.dataBytes - b.dataBytes,
  blobBytes: a.blobBytes - b.blobBytes,
  devices: a.devices - b.devices,
  activeDevices: a.activeDevices - b.activeDevices,
});

const nothing: StorageTotals = {
  ...{ scopes: 0, users: 0, changes: 0, dataBytes: 0, blobBytes: 0 },
  ...{ devices: 0, activeDevices: 0 },
};

export const describeTotals = (opened: Opened): void => {
  describe('totals', () => {
    /** How they change while `work` is done. */
    const growth = async (work: () => Promise<unknown>): Promise<StorageTotals> => {
      const before = await opened().storage.totals(now);
      await work();
      return minus(await opened().other.totals(now), before);
    };

    it('add up scopes, changes, data, confirmed blobs and devices', async () => {
      const { storage } = opened();
      const grown = await growth(async () => {
        const { a, push, scope } = await openPair(opened());
        await push(a, ['1', newChange('2', { data: 'ä€' }), newChange('3', { data: null })]);
        await confirm(storage, scope, await reserve(storage, scope, { sizeBytes: 77 }));
        await reserve(storage, scope, { sizeBytes: 1_000 });
      });
      const dataBytes = 'data of 1'.length + 5;
      expect(grown).toEqual({
        scopes: 1,
        users: 1,
        changes: 3,
        dataBytes,
        blobBytes: 77,
        devices: 2,
        activeDevices: 2,
      });
    });

    it('count a user of two apps once', async () => {
      const { storage } = opened();
      const scope = createScope();
      const grown = await growth(async () => {
        await register(storage, scope);
        await register(storage, { ...scope, appId: createScope().appId });
      });
      expect(grown).toEqual({ ...nothing, scopes: 2, users: 1, devices: 2, activeDevices: 2 });
    });

    it('count a device as active that was seen at the asked moment or later, and none that was removed', async () => {
      const { storage } = opened();
      const scope = createScope();
      const grown = await growth(async () => {
        await register(storage, scope, { now: now - 1 });
        await register(storage, scope, { now });
        const gone = await register(storage, scope, { now });
        await storage.deviceStore.remove(scope, gone.id);
      });
      expect(grown).toEqual({ ...nothing, scopes: 1, users: 1, devices: 2, activeDevices: 1 });
    });

    it('leave out what is being erased or held by an import', async () => {
      const { storage } = opened();
      const [kept, gone] = [createScope(), createScope()];
      const grown = await growth(async () => {
        for (const scope of [kept, gone]) {
          const device = await register(storage, scope);
          await storage.changeLog.append(scope, newBatch(device.id, [newChange('1'), newChange('2')]));
        }
        await storage.erase(gone, 1);
        await storage.transfer.begin(createScope(), createImport(), emptyHead());
      });
      const dataBytes = 2 * 'data of 1'.length;
      expect(grown).toEqual({ scopes: 1, users: 1, changes: 2, dataBytes, blobBytes: 0, devices: 1, activeDevices: 1 });
      while (!(await storage.erase(gone, 100)));
    });
  });
};
