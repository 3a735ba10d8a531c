import type { AppendResult, NewBatch, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database, Value } from '../database.js';
import { toScopeId } from '../scope-id.js';
import { fromTag, toTag } from '../scope-row.js';
import { toArrayText } from './array-text.js';
import { toNamedPlace } from './named-place.js';
import { fromBlobs, fromOp } from './row.js';

/** Positions that one look covers: a few milliseconds. The function `append` asks for a look beyond as many. */
const slice = 10_000;

/** What was found out without the lock; it holds for ever, because a log only grows at its end. */
interface Scanned {
  readonly log: number;
  readonly from: number;
  readonly upTo: number;
  readonly clashes: readonly number[];
}

/** What the function `append` answers. Tags are signed. */
type Outcome =
  | (AppendResult & { readonly refusal?: undefined })
  | ({ readonly refusal: 'scan'; readonly device: number } & Omit<Scanned, 'clashes'>)
  | { readonly refusal: 'stale_key_version'; readonly key_version: number }
  | { readonly refusal: 'cursor_expired'; readonly reason: string }
  | { readonly refusal: 'row_changed'; readonly indexes: readonly number[] }
  | { readonly refusal: 'unknown_device' | 'base_required' | 'quota_exceeded' };

const toBase = ({ base }: NewBatch): string | null => {
  if (base === null) return null;
  if (base === 'missing') return '{"kind":"missing"}';
  const [kind, epoch, position, tag, own, floor] = toNamedPlace(base);
  return JSON.stringify({ kind, epoch, position, tag, own, floor });
};

/** A version that does not fit its column was never given out, and is as stale as the largest that fits. */
const toColumn = (keyVersion: number | null): number | null =>
  keyVersion === null ? null : Math.min(keyVersion, 2 ** 31 - 1);

/** The arguments but for what a scan found, which comes between the two parts. */
const argumentsOf = (scope: Scope, batch: NewBatch): readonly [readonly Value[], readonly Value[]] => {
  const { changes } = batch;
  let bytes = 0;
  let entries = 0;
  for (const { data } of changes) {
    if (data === null) continue;
    bytes += Buffer.byteLength(data);
    entries++;
  }
  const hasBlobs = changes.some(({ blobs }) => blobs !== null);
  return [
    [
      ...[toScopeId(scope), scope.appId, scope.userId, batch.deviceId, batch.batchId, fromTag(batch.tag), batch.now],
      ...[toColumn(batch.keyVersion), batch.bytesLimit, bytes, entries, toBase(batch)],
    ],
    [
      changes.length,
      `{${changes.map(({ op }) => fromOp(op)).join(',')}}`,
      toArrayText(changes.map(({ table }) => table)),
      toArrayText(changes.map(({ rowId }) => rowId)),
      toArrayText(changes.map(({ timestamp }) => timestamp)),
      hasBlobs ? toArrayText(changes.map(({ blobs }) => fromBlobs(blobs))) : '{}',
      toArrayText(changes.map(({ data }) => data)),
    ],
  ];
};

const placeholders = Array.from({ length: 20 }, (_, index) => `$${index + 1}`).join(', ');

/** @throws SyncError */
const refuse = (outcome: Exclude<Outcome, AppendResult | { refusal: 'scan' }>): never => {
  switch (outcome.refusal) {
    case 'stale_key_version':
      throw new SyncError(outcome.refusal, { details: { key_version: outcome.key_version } });
    case 'cursor_expired':
      throw new SyncError(outcome.refusal, { details: { reason: outcome.reason } });
    case 'row_changed':
      throw new SyncError(outcome.refusal, {
        details: { indexes: [...new Set(outcome.indexes)].sort((a, b) => a - b) },
      });
    default:
      throw new SyncError(outcome.refusal);
  }
};

/** `ChangeLog.append`: one round trip, or some more where the base lies far behind. */
export const createAppend = (database: Database) => {
  const { schema } = database;
  const call = `SELECT ${schema}.append(${placeholders}) AS outcome`;
  const look = `SELECT ${schema}.clashes($1, $2, $3, $4, $5, $6, $7) AS indexes`;

  /** Looks at the bulk of a long range without the lock, in slices. */
  const scan = async (
    scope: Scope,
    { changes }: NewBatch,
    { log, device, from, upTo }: Extract<Outcome, { refusal: 'scan' }>,
    before: Scanned | null,
  ): Promise<Scanned> => {
    const isSame = before !== null && before.log === log && before.from === from;
    const clashes = new Set(isSame ? before.clashes : []);
    const tables = toArrayText(changes.map(({ table }) => table));
    const rows = toArrayText(changes.map(({ rowId }) => rowId));
    for (let at = isSame ? before.upTo : from; at < upTo; at += slice) {
      const range = [log, device, at, Math.min(at + slice, upTo)];
      const values = [toScopeId(scope), ...range, tables, rows];
      const [row] = await database.query<{ indexes: readonly number[] }>(look, values);
      for (const index of row?.indexes ?? []) clashes.add(index);
    }
    return { log, from, upTo, clashes: [...clashes] };
  };

  return async (scope: Scope, batch: NewBatch): Promise<AppendResult> => {
    const [before, after] = argumentsOf(scope, batch);
    // Without a batch id nothing tells a repetition from another push.
    const run = batch.batchId === null ? database.once : database.query;
    let scanned: Scanned | null = null;
    for (;;) {
      const known = scanned && JSON.stringify(scanned);
      const [row] = await run<{ outcome: Outcome }>(call, [...before, known, ...after]);
      if (!row) throw new Error('The function append answered nothing.');
      const { outcome } = row;
      if (outcome.refusal === undefined) return { ...outcome, tag: toTag(outcome.tag) };
      if (outcome.refusal !== 'scan') return refuse(outcome);
      scanned = await scan(scope, batch, outcome, scanned);
    }
  };
};
