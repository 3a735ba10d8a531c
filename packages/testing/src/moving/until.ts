import { MovingError } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../contracts/key-samples.js';
import { createEpoch, createScope, newBatch, newChange, now, register, toPlace } from '../contracts/samples.js';
import { addApp, freshExportOf, importInto, type Moving, type MovingEnd } from './moving-ends.js';

/** Three rows and, in a second batch, their deletion. */
const openDeleted = async (from: MovingEnd) => {
  const { changeLog } = from.storage;
  const scope = createScope();
  await addApp(from, scope.appId);
  const { id: deviceId } = await register(from.storage, scope);
  const rows = ['a', 'b', 'c'].map((rowId) => newChange(rowId));
  const written = await changeLog.append(scope, newBatch(deviceId, rows));
  const gone = rows.map((row) => ({ ...row, op: 'delete' as const }));
  const deleted = await changeLog.append(scope, newBatch(deviceId, gone));
  return { scope, deviceId, rows, written: toPlace(written), deleted: toPlace(deleted) };
};

const refused = async (stream: Promise<unknown>, message: RegExp): Promise<void> => {
  const error = await stream.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MovingError);
  expect((error as Error).message).toMatch(message);
};

/** A log as it was at a cursor. */
export const describeUntil = (opened: Moving): void => {
  describe('a log as it was at a cursor', () => {
    it('comes to another account without what was done since', async () => {
      const { from, to } = opened();
      const { scope, rows, written } = await openDeleted(from);
      const target = createScope();
      await addApp(to, target.appId);
      await importInto(to, await freshExportOf(from, scope, { until: written }), { as: target });
      const { id } = await register(to.storage, target);
      const page = await to.storage.changeLog.read(target, {
        ...{ deviceId: id, after: null, includeOwn: false, limit: 500, maxBytes: 1e6, maxScan: 1e4 },
        ...{ isPresented: true, now },
      });
      expect(page).toMatchObject({ changes: rows, hasMore: false });
      const status = await to.storage.changeLog.status(target, now);
      expect(status).toMatchObject({ totalChanges: 3, head: { position: 3, tag: written.tag } });
      expect(await to.storage.deviceStore.list(target)).toHaveLength(1);
    });

    it('is the empty log at the start, and the whole one at its end', async () => {
      const { from, to } = opened();
      const { scope, written, deleted } = await openDeleted(from);
      for (const [until, changes] of [
        [{ ...written, position: 0, tag: 0 }, 0],
        [deleted, 6],
      ] as const) {
        const target = createScope();
        await addApp(to, target.appId);
        const stream = await freshExportOf(from, scope, { until });
        expect(await importInto(to, stream, { as: target })).toMatchObject({ changes });
      }
    });

    it('is refused for a cursor of another log, of another history, or of no one log', async () => {
      const { from } = opened();
      const { scope, written, deleted } = await openDeleted(from);
      const other = /is not of this log as it is now/;
      const ahead = { ...deleted, position: 7 };
      const strangers = [{ ...written, epoch: createEpoch() }, { ...written, tag: (written.tag % 9) + 1 }, ahead];
      for (const until of strangers) await refused(freshExportOf(from, scope, { until }), other);
      const both = { appId: scope.appId, userId: null };
      await refused((async () => freshExportOf(from, both, { until: written }))(), /which app and which user/);
    });

    it('is refused where compaction has passed, and while a key is rotated', async () => {
      const { from } = opened();
      const { scope, written } = await openDeleted(from);
      await putKey(from.storage, scope);
      await beginRotation(from.storage, scope);
      await refused(freshExportOf(from, scope, { until: written }), /abort the rotation/);
      while (!(await from.storage.keyStore.abortRotation(scope, 100, now)).done);
      const query = { now, keepFrom: now, activeSince: now, limit: 100, isThorough: true };
      while ((await from.storage.changeLog.compact(scope, query)).state === 'more');
      await refused(freshExportOf(from, scope, { until: written }), /compaction has passed/);
    });
  });
};
