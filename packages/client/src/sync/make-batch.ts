import { limits } from '@synckeep/protocol/constants';
import type { ChangeOp, SealedChange } from '../crypto/index.js';
import { isTrusted, timeOf } from '../merge/hybrid-clock.js';
import { toRowBytes } from '../merge/row-text.js';
import type { QuarantinedChange, StoredRow } from '../store/local-store.js';
import type { SealingKeys, SyncContext } from './context.js';
import { type BatchDocument, batchDocument, readBatch, readSync, type WireChange } from './documents.js';

/** How much a batch may hold. It shrinks after a refusal that names no change. */
export interface BatchBounds {
  readonly changes: number;
  readonly bytes: number;
}

/** A quarter of a push's body is left for what is not `data`. */
export const widestBatch: BatchBounds = {
  changes: limits.changesPerPush,
  bytes: Math.floor(limits.bytesPerPush * 0.75),
};

const opOf = (row: StoredRow): ChangeOp => (row.value === null ? 'delete' : row.logged === null ? 'insert' : 'update');

/**
 * A wrong clock is put right before others see what it made. A row that the log does not have may have been deleted, and
 * its deletion be gone: its count begins at the time, so that whoever remembers the deletion knows it for a new row.
 */
const corrected = (row: StoredRow, { clock }: SyncContext): StoredRow => {
  const { count, moment } = row.version;
  const version = {
    count: row.logged === null ? Math.max(count, clock.serverNow()) : count,
    moment: isTrusted(moment, clock.serverNow()) ? moment : clock.tick(),
  };
  return { ...row, version };
};

const toWire = (row: StoredRow, sealed: SealedChange): WireChange => ({
  table: row.table,
  op: opOf(row),
  row_id: sealed.rowId,
  timestamp: new Date(timeOf(row.version.moment)).toISOString(),
  data: sealed.data,
});

const seal = async (rows: readonly StoredRow[], { cipher }: SealingKeys): Promise<readonly WireChange[]> => {
  const plain = rows.map((row) => ({ table: row.table, rowId: row.id, op: opOf(row), value: toRowBytes(row) }));
  const sealed = await cipher.sealAll(plain);
  return rows.map((row, index) => {
    const change = sealed[index];
    if (change === undefined) throw new Error('The cipher answered fewer changes than it was given.');
    return toWire(row, change);
  });
};

/** A row that cannot be pushed leaves the outbox and stays in its table. */
export const toRefused = (
  row: { readonly table: string; readonly id: string },
  reason: string,
  message: string,
  at: number,
): QuarantinedChange => ({
  key: `out/${row.table}/${row.id}`,
  direction: 'outgoing',
  table: row.table,
  id: row.id,
  reason,
  message,
  at,
  received: null,
  value: null,
});

const sizeOf = (change: WireChange): number => change.data.length;

/** How many of the first changes fit; text of a cipher is ASCII, so its length counts bytes. */
const countThatFits = (changes: readonly WireChange[], bounds: BatchBounds): number => {
  let bytes = 0;
  let count = 0;
  for (const change of changes) {
    bytes += sizeOf(change);
    if (count > 0 && bytes > bounds.bytes) break;
    count += 1;
  }
  return count;
};

/**
 * Encrypts the oldest unsent rows and stores them as the batch that is on its way.
 * @returns null when there is nothing to push
 */
export const makeBatch = async (
  context: SyncContext,
  keys: SealingKeys,
  bounds: BatchBounds,
  only?: 'deletes',
): Promise<BatchDocument | null> => {
  const { store } = context;
  for (;;) {
    const { value: sync } = await readSync(store, context.newId);
    const { value: known, revision } = await readBatch(store);
    if (known !== null) return known;
    const unsent = (await store.unsent(bounds.changes, only)).map((row) => corrected(row, context));
    if (unsent.length === 0) return null;
    const sealed = await seal(unsent, keys);
    const tooLarge = unsent.filter((_, index) => (sealed[index]?.data.length ?? 0) > limits.bytesPerChange);
    if (tooLarge.length > 0) {
      const message = `This row is over ${limits.bytesPerChange} bytes when encrypted. Make it smaller; it was not pushed.`;
      const setAside = tooLarge.map((row) => toRefused(row, 'change_too_large', message, context.now()));
      const rows = tooLarge.map((row) => ({ ...row, unsentSince: null }));
      if (await store.commit({ rows, setAside })) context.onSetAside(setAside);
      continue;
    }
    const count = countThatFits(sealed, bounds);
    const rows = unsent.slice(0, count);
    const batch: BatchDocument = {
      batchId: context.newId(),
      keyVersion: keys.keyVersion,
      base: sync.cursor,
      changes: sealed.slice(0, count),
      members: rows.map(({ table, id, version, value }) => ({ table, id, ...version, value })),
    };
    // The rows are written too, so that one that was edited meanwhile makes this fail.
    if (await store.commit({ rows, documents: [batchDocument(batch, revision)] })) return batch;
  }
};

/** The same rows in the same state under the key of today, with the same batch id (P-64). */
export const reencrypt = async (context: SyncContext, keys: SealingKeys): Promise<void> => {
  const { store } = context;
  const { value: batch, revision } = await readBatch(store);
  if (batch === null || batch.keyVersion === keys.keyVersion) return;
  const plain = batch.members.map((member, index) => ({
    table: member.table,
    rowId: member.id,
    op: batch.changes[index]?.op ?? 'update',
    value: toRowBytes({ value: member.value, version: { count: member.count, moment: member.moment } }),
  }));
  const sealed = await keys.cipher.sealAll(plain);
  const changes = batch.changes.map((change, index) => {
    const again = sealed[index];
    return again === undefined ? change : { ...change, row_id: again.rowId, data: again.data };
  });
  const next: BatchDocument = { ...batch, keyVersion: keys.keyVersion, changes };
  // Should another engine on this store have been faster, its batch is as good.
  await store.commit({ documents: [batchDocument(next, revision)] });
};
