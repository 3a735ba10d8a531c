import { describe, expect, it } from 'vitest';
import { putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, newBatch, newChange, newQuery, now, register, toPlace } from '../samples.js';
import {
  bring,
  createImport,
  type FullScope,
  openFullScope,
  publishAll,
  readScope,
  withOtherObjects,
} from './samples.js';

export const describeMoved = (opened: Opened): void => {
  describe('a scope that was brought', () => {
    const move = async (full: FullScope) => {
      const { storage, scope } = full;
      const whole = withOtherObjects(await readScope(storage, scope));
      const [target, by] = [createScope(), createImport()];
      await bring(storage, target, by, whole);
      await publishAll(storage, by.id);
      return { ...full, whole, target };
    };
    const open = async () => move(await openFullScope(opened()));

    it('reads as the scope that it came from', async () => {
      const { storage, other, scope, target, whole, a, b } = await open();
      expect(await readScope(other, target)).toEqual(whole);
      const counts = await storage.changeLog.status(scope, now);
      expect(await storage.changeLog.status(target, now)).toEqual(counts);
      expect(counts).toMatchObject({ totalChanges: 6 });
      expect(await storage.changeLog.signals([target])).toEqual(await storage.changeLog.signals([scope]));
      expect(await storage.deviceStore.list(target)).toEqual(await storage.deviceStore.list(scope));
      expect(await storage.keyStore.get(target)).toEqual(await storage.keyStore.get(scope));
      expect(await storage.keyStore.history(target)).toEqual(await storage.keyStore.history(scope));
      for (const device of [a, b]) {
        expect(await storage.changeLog.read(target, newQuery(device))).toEqual(
          await storage.changeLog.read(scope, newQuery(device)),
        );
      }
    });

    it('answers an old batch id as it was answered, and goes on behind the head [P-33]', async () => {
      const { storage, target, a, b, batchIds, whole } = await open();
      const append = (deviceId: string, batchId: string | null) =>
        storage.changeLog.append(target, newBatch(deviceId, [newChange('again')], { batchId, keyVersion: 2 }));
      expect(await append(a, batchIds[0] ?? null)).toMatchObject({ position: 2, accepted: 2, replayed: true });
      expect(await append(b, 'empty')).toMatchObject({ position: 5, accepted: 0, replayed: true });
      expect(await append(a, batchIds[1] ?? null)).toMatchObject({ position: 7, replayed: false });
      expect((await storage.changeLog.status(target, now)).head).toMatchObject({
        epoch: whole.head?.log.epoch,
        position: 7,
      });
    });

    it('knows whether rows of other devices follow, and that own ones alone do not', async () => {
      const { storage, target, a, b } = await open();
      const all = { includeOwn: false, limit: 500 };
      expect(await storage.changeLog.hasForeign(target, a, 5, 6)).toBe(false);
      expect(await storage.changeLog.hasForeign(target, b, 5, 6)).toBe(true);
      const { head } = await storage.changeLog.status(target, now);
      const after = { ...toPlace(head), position: 5, tag: 0 };
      expect(await storage.changeLog.read(target, newQuery(a, { ...all, after }))).toMatchObject({
        changes: [],
        hasMore: false,
      });
      expect(await storage.changeLog.read(target, newQuery(b, { ...all, after }))).toMatchObject({
        changes: [{ rowId: '6' }],
      });
      const some = await storage.changeLog.read(target, newQuery(a, { limit: 1, after: { ...after, position: 3 } }));
      expect(some).toMatchObject({ changes: [{ rowId: '4' }], hasMore: true });
    });

    it('keeps cursors, the reasons why they expire, and what its devices presented [P-47]', async () => {
      const { storage, target, a, b, whole } = await open();
      const log = whole.head?.log ?? { epoch: '', position: 0, tag: 0, floor: 0 };
      expect((await storage.changeLog.read(target, newQuery(a, { after: toPlace(log) }))).changes).toEqual([]);
      const [ended] = whole.endedEpoch;
      const old = { ...toPlace(log), epoch: ended?.epoch ?? '' };
      await expectRefusal(storage.changeLog.read(target, newQuery(a, { after: old })), 'cursor_expired', {
        reason: 'reset',
      });
      const forged = { ...toPlace(log), tag: log.tag ^ 1 };
      await expectRefusal(storage.changeLog.read(target, newQuery(a, { after: forged })), 'cursor_expired', {
        reason: 'restored',
      });
      const page = await storage.changeLog.read(target, newQuery(b, { after: { proof: null } }));
      expect(page.changes.map(({ position }) => position)).toContain(6);
    });

    it('finds its devices again by installation and by name', async () => {
      const { storage, target, a } = await open();
      const known = await storage.deviceStore.get(target, a);
      expect((await register(storage, target, { name: known?.name ?? '' })).id).toBe(a);
      const { length } = await storage.deviceStore.list(target);
      await register(storage, target, { installationId: 'installation', name: 'renamed' });
      expect(await storage.deviceStore.list(target)).toHaveLength(length);
    });

    it('can complete its rotation [P-64]', async () => {
      const { storage, target } = await open();
      expect((await rotationEntries(storage, target)).entries.map(({ position }) => position)).toEqual([3, 5]);
      await expectRefusal(storage.keyStore.completeRotation(target, now), 'rotation_incomplete', { remaining: 2 });
      expect(await rotate(storage, target, [1, 3, 5])).toEqual({ updated: 3, remaining: 0 });
      expect(await storage.keyStore.completeRotation(target, now)).toEqual({ keyVersion: 2, unreadable: 1 });
      expect(await storage.keyStore.history(target)).toHaveLength(2);
    });

    it('can abort its rotation, which puts the old texts back, and burns the number [P-65]', async () => {
      const { storage, target, a, readAll: _, ...full } = await open();
      const before = await storage.changeLog.status(full.scope, now);
      while (!(await storage.keyStore.abortRotation(target, 1, now)).done);
      const { changes } = await storage.changeLog.read(target, newQuery(a, { includeOwn: true }));
      expect(changes[0]).toMatchObject({ data: 'häßlich \u{1F600}\n', keyVersion: 1 });
      while (!(await storage.keyStore.abortRotation(full.scope, 1, now)).done);
      const after = await storage.changeLog.status(full.scope, now);
      expect(after.bytesUsed).not.toBe(before.bytesUsed);
      expect((await storage.changeLog.status(target, now)).bytesUsed).toBe(after.bytesUsed);
      expect(await putKey(storage, target)).toMatchObject({ keyVersion: 1 });
    });

    it('can go on with an abort that had begun [P-65]', async () => {
      const full = await openFullScope(opened());
      await rotate(full.storage, full.scope, [3, 5]);
      await full.storage.keyStore.abortRotation(full.scope, 1, now);
      const { storage, target } = await move(full);
      await expectRefusal(rotate(storage, target, [3]), 'no_rotation');
      while (!(await storage.keyStore.abortRotation(target, 1, now)).done);
      const { changes } = await storage.changeLog.read(target, newQuery(full.a, { includeOwn: true }));
      expect(changes.filter(({ keyVersion }) => keyVersion === 2).map(({ position }) => position)).toEqual([6]);
    });

    it('can be empty', async () => {
      const { storage, scope } = await openPair(opened());
      const [target, by] = [createScope(), createImport()];
      const whole = await readScope(storage, scope);
      await bring(storage, target, by, whole);
      await publishAll(storage, by.id);
      expect(await readScope(storage, target)).toEqual(whole);
    });

    it('is erased without a trace [P-92]', async () => {
      const { storage, target } = await open();
      while (!(await storage.erase(target, 3)));
      expect(await storage.scopes(target, null, 10)).toEqual([]);
      expect((await storage.changeLog.status(target, now)).totalChanges).toBe(0);
    });
  });
};
