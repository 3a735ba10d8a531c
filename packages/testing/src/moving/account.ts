import { describe, expect, it } from 'vitest';
import { putKey, rotate } from '../contracts/key-samples.js';
import { expectRefusal } from '../contracts/refusal.js';
import { createScope, newBatch, newChange, newQuery, now, toPlace } from '../contracts/samples.js';
import { expectNothing, openFullAccount, readMoved } from './full-account.js';
import { addApp, expectBlob, exportOf, freshExportOf, importInto, linesOf, type Moving } from './moving-ends.js';

export const describeAccount = (opened: Moving): void => {
  describe('an account', () => {
    it('is the same in its new place, and so is its next export', async () => {
      const { from, to } = opened();
      const { scope, blobs } = await openFullAccount(from, to);
      const stream = await exportOf(from, scope);
      const report = await importInto(to, stream);
      expect(report).toEqual({ scopes: 1, changes: 6, blobs: 3, blobBytes: 121_001, records: 0, scopesHere: 0 });
      expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));
      expect(await to.storage.changeLog.status(scope, now)).toEqual(await from.storage.changeLog.status(scope, now));
      for (const blob of blobs) await expectBlob(to, scope, blob);
      expect(linesOf(await exportOf(to, scope))).toEqual(linesOf(stream));
    });

    it('goes on where it was: cursors, batch ids and positions stay [P-33] [P-47]', async () => {
      const { from, to } = opened();
      const { scope, a, b, batchIds, readAll } = await openFullAccount(from, to);
      const { next } = await readAll(b);
      await importInto(to, await freshExportOf(from, scope));
      const { changeLog } = to.storage;
      const batch = newBatch(a, [newChange('x')], { batchId: batchIds[0] ?? null });
      expect(await changeLog.append(scope, batch)).toMatchObject({ position: 2, replayed: true });
      expect(await changeLog.append(scope, newBatch(a, [newChange('new')]))).toMatchObject({
        position: 7,
        replayed: false,
      });
      expect((await changeLog.read(scope, newQuery(b, { after: next }))).changes).toMatchObject([
        { rowId: 'new', position: 7 },
      ]);
    });

    it('completes its rotation, or aborts it, after the move [P-64] [P-65]', async () => {
      const { from, to } = opened();
      for (const end of ['complete', 'abort'] as const) {
        const { scope, a } = await openFullAccount(from, to);
        await importInto(to, await freshExportOf(from, scope));
        const { keyStore, changeLog } = to.storage;
        if (end === 'complete') {
          expect(await rotate(to.storage, scope, [1, 3, 5])).toEqual({ updated: 3, remaining: 0 });
          expect(await keyStore.completeRotation(scope, now)).toEqual({ keyVersion: 2, unreadable: 1 });
        } else {
          while (!(await keyStore.abortRotation(scope, 1, now)).done);
          const { changes } = await changeLog.read(scope, newQuery(a, { includeOwn: true }));
          expect(changes[0]).toMatchObject({ data: 'häßlich \u{1F600}\n', keyVersion: 1 });
          expect(await putKey(to.storage, scope)).toMatchObject({ keyVersion: 1 });
        }
      }
    });

    it('has the same rows under another account, in a log of its own whose old cursors expire as restored [P-47]', async () => {
      const { from, to } = opened();
      const { scope, a, b, blobs, batchIds } = await openFullAccount(from, to);
      const target = createScope();
      await addApp(to, target.appId);
      const { head } = await from.storage.changeLog.status(scope, now);
      await importInto(to, await freshExportOf(from, scope), { as: target });
      const moved = await readMoved(to, target);
      const source = await readMoved(from, scope);
      const epoch = moved.head?.log.epoch ?? '';
      expect(epoch).not.toBe(head.epoch);
      expect(moved.change).toEqual(source.change);
      expect(moved.batch).toEqual(source.batch);
      expect(moved.head).toEqual({
        ...source.head,
        log: { ...head, epoch },
        devices: source.head?.devices.map((device) => ({ ...device, session: null })),
      });
      const { changeLog, deviceStore } = to.storage;
      await expectRefusal(changeLog.read(target, newQuery(b, { after: toPlace(head) })), 'cursor_expired', {
        reason: 'restored',
      });
      const batch = newBatch(a, [newChange('x')], { batchId: batchIds[0] ?? null });
      expect(await changeLog.append(target, batch)).toMatchObject({ position: 2, replayed: true });
      for (const { hash, bytes, objectKey } of blobs) {
        expect((await to.storage.blobIndex.get(target, hash))?.objectKey).toMatch(
          `${target.appId}/${target.userId}/${hash}-`,
        );
        expect((await to.storage.blobIndex.get(target, hash))?.objectKey).not.toBe(objectKey);
        await expectBlob(to, target, { hash, bytes });
      }
      expect(await deviceStore.list(scope)).toEqual([]);
    });

    it('is copied within one server, beside the one that it came from', async () => {
      const { from } = opened();
      const { scope, blobs } = await openFullAccount(from, from);
      const target = { appId: scope.appId, userId: crypto.randomUUID() };
      await importInto(from, await freshExportOf(from, scope), { as: { appId: null, userId: target.userId } });
      expect((await readMoved(from, target)).change).toEqual((await readMoved(from, scope)).change);
      const { blobIndex } = from.storage;
      for (const blob of blobs) {
        await blobIndex.remove(scope, blob.hash);
        await from.blobStore.delete(blob.objectKey);
        await expectBlob(from, target, blob);
      }
    });

    it('finds its blobs again where the blob store stays', async () => {
      const { from, to } = opened();
      const { scope, blobs } = await openFullAccount(from, to);
      const stream = await freshExportOf(from, scope, { blobs: 'referenced' });
      expect(stream.includes('"bytes"')).toBe(false);
      await expect(importInto(to, stream)).rejects.toThrow(/is not in the blob store/);
      await expectNothing(to, scope);
      const shared = { storage: to.storage, blobStore: from.blobStore };
      expect(await importInto(shared, stream)).toMatchObject({ blobs: 3, blobBytes: 121_001 });
      for (const { hash, bytes, objectKey } of blobs) {
        expect((await to.storage.blobIndex.get(scope, hash))?.objectKey).toBe(objectKey);
        await expectBlob(shared, scope, { hash, bytes });
      }
    });

    it('leaves behind the blobs that its own store has lost, so that they can be uploaded again', async () => {
      const { from, to } = opened();
      const { scope, blobs } = await openFullAccount(from, to);
      const [lost, kept] = blobs;
      await from.blobStore.delete(lost?.objectKey ?? '');
      let lostBlobs = 0;
      const onProgress = (counts: { readonly lostBlobs: number }) => {
        lostBlobs = counts.lostBlobs;
      };
      await importInto(to, await freshExportOf(from, scope, { onProgress }));
      expect(lostBlobs).toBe(1);
      expect(await to.storage.blobIndex.missing(scope, [lost?.hash ?? '', kept?.hash ?? ''])).toEqual([lost?.hash]);
    });
  });
};
