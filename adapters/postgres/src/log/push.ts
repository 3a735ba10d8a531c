import type { AppendResult, NewBatch, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { toScopeId } from '../scope-id.js';
import { fromTag, toTag } from '../scope-row.js';
import { toNamedPlace } from './named-place.js';

/** What the function `append` answers. Tags are signed. */
export type Outcome =
  | (AppendResult & { readonly refusal?: undefined })
  | {
      readonly refusal: 'scan';
      readonly device: number;
      readonly log: number;
      readonly from: number;
      readonly upTo: number;
    }
  /** Of `append_together`: the log was locked, and nothing was done. */
  | { readonly refusal: 'busy' }
  | { readonly refusal: 'stale_key_version'; readonly key_version: number }
  | { readonly refusal: 'cursor_expired'; readonly reason: string }
  | { readonly refusal: 'row_changed'; readonly indexes: readonly number[] }
  | { readonly refusal: 'unknown_device' | 'base_required' | 'quota_exceeded' };

/** An outcome that leaves something to do: `scan` and `busy`. */
export type Unfinished = Extract<Outcome, { refusal: 'scan' | 'busy' }>;

export const isUnfinished = (outcome: Outcome): outcome is Unfinished =>
  outcome.refusal === 'scan' || outcome.refusal === 'busy';

const toBase = ({ base }: NewBatch): string | null => {
  if (base === null) return null;
  if (base === 'missing') return '{"kind":"missing"}';
  const [kind, epoch, position, tag, own, floor] = toNamedPlace(base);
  return JSON.stringify({ kind, epoch, position, tag, own, floor });
};

/** A version that does not fit its column was never given out, and is as stale as the largest that fits. */
const toColumn = (keyVersion: number | null): number | null =>
  keyVersion === null ? null : Math.min(keyVersion, 2 ** 31 - 1);

/** The first arguments of `append`, those before what a scan found. */
export const toHeadArguments = (scope: Scope, batch: NewBatch) => {
  let bytes = 0;
  let entries = 0;
  for (const { data } of batch.changes) {
    if (data === null) continue;
    bytes += Buffer.byteLength(data);
    entries++;
  }
  const { deviceId, batchId, tag, now, keyVersion, bytesLimit } = batch;
  return [
    ...[toScopeId(scope), scope.appId, scope.userId, deviceId, batchId, fromTag(tag), now],
    ...[toColumn(keyVersion), bytesLimit, bytes, entries, toBase(batch)],
  ] as const;
};

/**
 * What an outcome means for the caller.
 * @throws SyncError
 */
export const settle = (outcome: Exclude<Outcome, Unfinished>): AppendResult => {
  switch (outcome.refusal) {
    case undefined:
      return { ...outcome, tag: toTag(outcome.tag) };
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
