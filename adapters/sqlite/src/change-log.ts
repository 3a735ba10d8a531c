import { type ChangeLog, type ScopeSignal, scopeKey } from '@synckeep/core';
import { noEpoch } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareBytesUsed } from './bytes-used.js';
import { createCompact } from './compaction/compact.js';
import { createPlan } from './compaction/plan.js';
import { prepareAppend } from './log/append.js';
import { prepareFindDevice } from './log/device-row.js';
import { createForeignRows } from './log/foreign-rows.js';
import { headOf } from './log/place.js';
import { createPresented } from './log/presented.js';
import { prepareRead } from './log/read.js';
import { prepareReset } from './log/reset.js';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareScopeRows, type ScopeRow, scopeColumns } from './scope-row.js';
import type { Writer } from './writer.js';

const emptyHead = { epoch: noEpoch, position: 0, tag: 0, floor: 0 };

type OwnedRow = ScopeRow & { readonly appId: string; readonly userId: string };

const toSignal = (row: ScopeRow | undefined): ScopeSignal => ({
  head: row ? headOf(row) : emptyHead,
  keyRevision: row?.keyRevision ?? 0,
  keyVersion: row ? (!row.aborting && row.targetVersion) || row.keyVersion : 0,
});

export const createChangeLog = (database: Database, writer: Writer, read: Reader): ChangeLog => {
  const foreignRows = createForeignRows(database, read);
  const remember = createPresented(database, writer);
  const statements = once(() => ({
    append: prepareAppend(database, foreignRows),
    readPage: prepareRead(database),
    reset: prepareReset(database),
    findDevice: prepareFindDevice(database),
    scopeRows: prepareScopeRows(database),
    bytesUsed: prepareBytesUsed(database),
    signals: database.prepare<[string], OwnedRow>(
      `SELECT s.app_id AS appId, s.user_id AS userId, ${scopeColumns} FROM json_each(?) AS asked
       JOIN sync_scope s ON s.app_id = asked.value ->> 'appId' AND s.user_id = asked.value ->> 'userId' AND s.held = 0`,
    ),
    renew: database.prepare<[string, string, string]>(
      'UPDATE sync_scope SET epoch = ?, epoch_start = head WHERE app_id = ? AND user_id = ?',
    ),
    forget: database.prepare<[number, number]>(
      `DELETE FROM sync_batch WHERE (log, device, batch_id) IN
         (SELECT log, device, batch_id FROM sync_batch WHERE received_at < ? LIMIT ?)`,
    ),
  }));

  return {
    async append(scope, batch) {
      const scanned = batch.base === null ? null : await foreignRows.scanAhead(scope, batch);
      return writer.write(() => statements().append(scope, batch, scanned));
    },

    async read(scope, query) {
      const { row, page, presented } = await read(() => statements().readPage(scope, query));
      await remember(row, presented, query);
      return page;
    },

    hasForeign: (scope, deviceId, after, upTo) =>
      read(() => {
        const row = statements().findDevice(scope, deviceId);
        // A device that is gone wrote none of the rows that are new to anybody.
        return row ? foreignRows.isInRange(row, after, upTo) : upTo > after;
      }),

    status: (scope, now) =>
      read(() => {
        const row = statements().scopeRows.find(scope);
        if (!row) return { head: emptyHead, totalChanges: 0, bytesUsed: 0, keyVersion: null };
        const bytesUsed = statements().bytesUsed(row, now);
        return { head: headOf(row), totalChanges: row.totalChanges, bytesUsed, keyVersion: row.keyVersion || null };
      }),

    signals: (scopes) =>
      read(() => {
        const rows = statements().signals.all(JSON.stringify(scopes.map(({ appId, userId }) => ({ appId, userId }))));
        const byKey = new Map(rows.map((row) => [scopeKey(row), row]));
        return scopes.map((scope) => toSignal(byKey.get(scopeKey(scope))));
      }),

    reset: (scope, epoch) => writer.write(() => statements().reset(scope, epoch)),

    renewEpoch: (scope, epoch) =>
      writer.write(() => {
        statements().renew.run(epoch, scope.appId, scope.userId);
      }),

    compact: createCompact(database, writer, read),
    compactionPlan: createPlan(database, read),

    forgetBatches: (before, limit) => writer.write(() => statements().forget.run(before, limit).changes),
  };
};
