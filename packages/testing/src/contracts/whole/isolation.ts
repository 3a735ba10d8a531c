import { describe, expect, it } from 'vitest';
import { confirm, reserve } from '../blob-samples.js';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { rowIds } from '../pair.js';
import { createEpoch, createHash, createScope, newBatch, newChange, newQuery, now, register } from '../samples.js';

export const describeIsolation = (opened: Opened): void => {
  describe('two scopes', () => {
    it('never see or count each other, though they share the app or the user [P-7]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const neighbours = [scope, { ...scope, userId: crypto.randomUUID() }, { ...scope, appId: crypto.randomUUID() }];
      const hash = createHash();
      const batchId = 'one batch id';
      const devices = [];
      for (const [index, neighbour] of neighbours.entries()) {
        const device = await register(storage, neighbour, { name: 'laptop' });
        devices.push(device);
        const limited = newBatch(device.id, [newChange(`${index}`, { data: 'xxxxx' })], { batchId, bytesLimit: 15 });
        expect(await storage.changeLog.append(neighbour, limited)).toMatchObject({ position: 1, replayed: false });
        const blob = await reserve(storage, neighbour, { hash, bytesLimit: 15 });
        expect(blob.exists).toBe(false);
        await confirm(storage, neighbour, blob);
        expect(await putKey(storage, neighbour, { envelope: `${index}` })).toMatchObject({ keyVersion: 1 });
      }
      await beginRotation(storage, scope);
      await storage.changeLog.renewEpoch(scope, createEpoch());
      await storage.changeLog.reset(scope, createEpoch(), now);
      for (const [index, neighbour] of neighbours.entries()) {
        if (index === 0) continue;
        const reader = await register(storage, neighbour);
        expect(rowIds(await storage.changeLog.read(neighbour, newQuery(reader.id)))).toEqual([`${index}`]);
        expect(await storage.changeLog.status(neighbour, now)).toMatchObject({
          bytesUsed: 15,
          totalChanges: 1,
          keyVersion: 1,
        });
        expect(await storage.keyStore.get(neighbour)).toMatchObject({ envelope: `${index}`, rotation: null });
        expect(await storage.deviceStore.list(neighbour)).toHaveLength(2);
        expect(await storage.blobIndex.get(neighbour, hash)).not.toBeNull();
      }
    });
  });
};
