import type { MovedChange } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { confirm, reserve } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair, positions } from '../pair.js';
import { createEpoch, createScope, newChange, now } from '../samples.js';
import { openFullScope, partNames, readPart } from './samples.js';

export const describeParts = (opened: Opened): void => {
  describe('parts', () => {
    it('bring every change as it is stored, with its tag and what the rotation keeps of it', async () => {
      const { storage, other, scope, a, removed, readAll } = await openFullScope(opened());
      const changes = await readPart(other, scope, 'change', { limit: 2 });
      const { changes: pulled } = await readAll(a, { includeOwn: true });
      expect(changes.map(({ tag: _, replaced: __, isUnreadable: ___, ...change }) => change)).toEqual(pulled);
      expect(changes[2]?.deviceId).toBe(removed);
      const { tag } = (await storage.changeLog.status(scope, now)).head;
      expect(changes[5]?.tag).toBe(tag);
      expect(changes[0]?.tag).toBe(changes[1]?.tag);
      expect(changes.map(({ replaced }) => replaced)).toEqual([
        { data: 'häßlich \u{1F600}\n', keyVersion: 1 },
        ...[null, null, null, null, null],
      ]);
      expect(changes.map(({ isUnreadable }) => isUnreadable)).toEqual([false, false, false, true, false, false]);
    });

    it('end a page of changes before `maxBytes` of data, but bring one at least', async () => {
      const { storage, scope, push, a } = await openPair(opened());
      await push(
        a,
        [5, 5, 20, 1, 1].map((size, index) => newChange(`${index}`, { data: 'é'.repeat(size) })),
      );
      const pages: number[][] = [];
      for (let after: MovedChange | null = null; ; ) {
        const changes: readonly MovedChange[] = await storage.transfer.read(scope, 'change', {
          after,
          limit: 100,
          maxBytes: 21,
        });
        if (changes.length === 0) break;
        pages.push(positions({ changes }));
        after = changes.at(-1) ?? null;
      }
      expect(pages).toEqual([[1, 2], [3], [4, 5]]);
    });

    it('leave out the replaced texts of a rotation that is over', async () => {
      const { storage, scope } = await openFullScope(opened());
      await storage.keyStore.abortRotation(scope, 100, now);
      const changes = await readPart(storage, scope, 'change');
      expect(changes.every(({ replaced, isUnreadable }) => replaced === null && !isUnreadable)).toBe(true);
      expect(changes[0]?.data).toBe('häßlich \u{1F600}\n');
    });

    it('bring the batch ids of registered devices in order of device, then id, with their first answers', async () => {
      const { storage, other, scope, a, b, push } = await openPair(opened());
      const ids = ['B', 'a', 'b', '\uFFFD', '\u{1F600}'];
      for (const batchId of ids.toReversed()) {
        await push(b, [batchId], { batchId });
        await push(a, [], { batchId, now: now + 5 });
      }
      await push(a, ['x'], { batchId: null });
      const first = await push(a, ['y', 'z'], { batchId: 'c' });
      await push(a, ['z'], { batchId: 'c' });
      const batches = await readPart(other, scope, 'batch', { limit: 3 });
      const wanted = [a, b].sort().flatMap((deviceId) => {
        const own = deviceId === a ? ['B', 'a', 'b', 'c', '\uFFFD', '\u{1F600}'] : ids;
        return own.map((batchId) => ({ deviceId, batchId }));
      });
      expect(batches.map(({ deviceId, batchId }) => ({ deviceId, batchId }))).toEqual(wanted);
      const { replayed: _, ...answer } = first;
      expect(batches.find(({ batchId }) => batchId === 'c')).toEqual({
        ...{ deviceId: a, batchId: 'c', receivedAt: now },
        ...answer,
      });
      expect(batches.find(({ batchId, deviceId }) => batchId === 'a' && deviceId === a)?.receivedAt).toBe(now + 5);
      await storage.deviceStore.remove(scope, a);
      expect((await readPart(other, scope, 'batch')).map(({ deviceId }) => deviceId)).toEqual(ids.map(() => b));
    });

    it('bring confirmed blobs in order of hash, and no reservations', async () => {
      const { storage, other, scope } = await openPair(opened());
      const blobs = [];
      for (let count = 1; count <= 5; count++) {
        const { hash, objectKey, sizeBytes, ...rest } = await reserve(storage, scope, { sizeBytes: count });
        await confirm(storage, scope, { hash, objectKey, sizeBytes, ...rest });
        blobs.push({ hash, objectKey, sizeBytes });
      }
      await reserve(storage, scope);
      blobs.sort((x, y) => (x.hash < y.hash ? -1 : 1));
      expect(await readPart(other, scope, 'blob', { limit: 2 })).toEqual(blobs);
    });

    it('bring the epochs that resets ended, in order', async () => {
      const { storage, other, scope } = await openPair(opened());
      const ended: string[] = [];
      for (let count = 0; count < 5; count++) {
        ended.push((await storage.changeLog.status(scope, now)).head.epoch);
        await storage.changeLog.reset(scope, createEpoch(), now);
      }
      const epochs = await readPart(other, scope, 'endedEpoch', { limit: 2 });
      expect(epochs).toEqual(ended.sort().map((epoch) => ({ epoch })));
    });

    it('are empty for a scope that is not there', async () => {
      for (const part of partNames) expect(await readPart(opened().storage, createScope(), part)).toEqual([]);
    });
  });
};
