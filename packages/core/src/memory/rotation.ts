import { limits, type Place, SyncError } from '@synckeep/protocol';
import type {
  BeginRotation,
  PastKey,
  RotatedEntry,
  RotationBatch,
  RotationPage,
  RotationQuery,
  StoredChange,
} from '../ports/index.js';
import { bytesUsed, openReservations } from './bytes-used.js';
import { takePage, toChange } from './page.js';
import { checkPlace, isStart } from './place.js';
import { type Envelope, putRow, type Row, type ScopeState } from './state.js';
import { byteLength } from './text-bytes.js';

/** @throws SyncError `no_rotation` when none runs; one that aborts runs no more. */
const running = (log: ScopeState | undefined): { log: ScopeState; key: Envelope; target: Envelope } => {
  if (!log?.key || !log.rotation || log.rotation.isAborting) throw new SyncError('no_rotation');
  return { log, key: log.key, target: log.rotation };
};

const isAtTarget = ({ change }: Row, target: Envelope): boolean => change.keyVersion === target.keyVersion;

const hasToDo = (row: Row, target: Envelope): boolean =>
  row.change.data !== null && !row.isUnreadable && !isAtTarget(row, target);

const countRemaining = (log: ScopeState, target: Envelope): number =>
  [...log.rows.values()].filter((row) => hasToDo(row, target)).length;

const keep = (log: ScopeState, { envelope, keyVersion }: Envelope, reason: PastKey['reason'], now: number): void => {
  log.history = [...log.history, { envelope, keyVersion, replacedAt: now, reason }];
};

/** Before anything that puts one more envelope into the history. */
export const checkHistory = ({ history }: ScopeState): void => {
  if (history.length >= limits.keysInHistory) throw new SyncError('rate_limited', { retryAfter: 86_400 });
};

export const beginRotation = (log: ScopeState, asked: BeginRotation): { keyVersion: number; remaining: number } => {
  const { key, rotation } = log;
  if (!key) throw new SyncError('key_not_found');
  if (asked.keyVersion !== null && asked.keyVersion !== key.keyVersion) {
    throw new SyncError('stale_key_version', { details: { key_version: key.keyVersion } });
  }
  if (rotation) {
    if (rotation.isAborting || rotation.envelope !== asked.envelope) throw new SyncError('rotation_in_progress');
    return { keyVersion: rotation.keyVersion, remaining: countRemaining(log, rotation) };
  }
  checkHistory(log);
  const keyVersion = ++log.lastKeyVersion;
  const target = { envelope: asked.envelope, etag: asked.etag, keyVersion, isAborting: false };
  log.rotation = target;
  log.wasRotated = true;
  log.keyRevision++;
  return { keyVersion, remaining: countRemaining(log, target) };
};

const startOf = ({ head }: ScopeState, after: RotationQuery['after']): Place => {
  const start: Place = { epoch: head.epoch, position: 0, tag: 0, own: 0, floor: head.floor };
  if (after === null) return start;
  // Nobody presents an integer cursor of a rotation, so it is taken for one of this log.
  if (typeof after === 'number') return { ...start, position: after };
  return isStart(after) ? start : { ...after, own: 0 };
};

const toEntry = (row: Row): StoredChange & { readonly data: string } => {
  const change = toChange(row);
  if (change.data === null) throw new Error('A change without data was taken for an entry of a rotation.');
  return { ...change, data: change.data };
};

export const rotationEntries = (rotated: ScopeState | undefined, query: RotationQuery): RotationPage => {
  const { log, target } = running(rotated);
  const start = startOf(log, query.after);
  checkPlace(log, start);
  const page = takePage(log, start.position, query, (row) => hasToDo(row, target));
  return {
    entries: page.rows.map(toEntry),
    next: { ...start, position: page.position, tag: page.tag },
    hasMore: page.hasMore,
  };
};

const applyEntry = (row: Row, data: string | null, target: Envelope): Row => {
  if (isAtTarget(row, target)) return row;
  if (data === null || row.change.data === null) return { ...row, isUnreadable: true };
  return {
    ...row,
    change: { ...row.change, data, keyVersion: target.keyVersion },
    bytes: byteLength(data),
    replaced: { data: row.change.data, keyVersion: row.change.keyVersion },
    isUnreadable: false,
  };
};

/** The rows as they will be, one after the other applied; nothing is stored yet. */
const applyEntries = (log: ScopeState, entries: readonly RotatedEntry[], target: Envelope): Map<number, Row> => {
  const changed = new Map<number, Row>();
  for (const [index, { position, data }] of entries.entries()) {
    const row = changed.get(position) ?? log.rows.get(position);
    if (!row || row.change.data === null) throw new SyncError('unknown_entry', { details: { index } });
    changed.set(position, applyEntry(row, data, target));
  }
  return changed;
};

export const rotate = (
  rotated: ScopeState | undefined,
  batch: RotationBatch,
): { updated: number; remaining: number } => {
  const { log, target } = running(rotated);
  if (batch.keyVersion !== null && batch.keyVersion !== target.keyVersion) {
    throw new SyncError('stale_key_version', { details: { key_version: target.keyVersion } });
  }
  const changed = applyEntries(log, batch.entries, target);
  let added = 0;
  for (const [position, { bytes }] of changed) added += bytes - (log.rows.get(position)?.bytes ?? 0);
  if (
    batch.bytesLimit !== null &&
    added > 0 &&
    bytesUsed(log, openReservations(log, batch.now)) + added > batch.bytesLimit
  ) {
    throw new SyncError('quota_exceeded');
  }
  for (const row of changed.values()) putRow(log, row);
  return { updated: batch.entries.length, remaining: countRemaining(log, target) };
};

export const completeRotation = (
  rotated: ScopeState | undefined,
  now: number,
): { keyVersion: number; unreadable: number } => {
  const { log, key, target } = running(rotated);
  const remaining = countRemaining(log, target);
  if (remaining > 0) throw new SyncError('rotation_incomplete', { details: { remaining } });
  let unreadable = 0;
  for (const row of [...log.rows.values()]) {
    if (row.isUnreadable) unreadable++;
    putRow(log, { ...row, replaced: null, isUnreadable: false });
  }
  keep(log, key, 'rotated', now);
  log.key = { envelope: target.envelope, etag: target.etag, keyVersion: target.keyVersion };
  log.rotation = null;
  log.keyRevision++;
  return { keyVersion: target.keyVersion, unreadable };
};

const putBack = (row: Row): Row => {
  if (!row.replaced) return row;
  const change = { ...row.change, ...row.replaced };
  return { ...row, change, bytes: byteLength(change.data), replaced: null };
};

export const abortRotation = (
  log: ScopeState | undefined,
  limit: number,
  now: number,
): { done: boolean; keyVersion: number } => {
  if (!log?.key || !log.rotation) throw new SyncError('no_rotation');
  log.rotation = { ...log.rotation, isAborting: true };
  const replaced = [...log.rows.values()].filter((row) => row.replaced !== null);
  for (const row of replaced.slice(0, limit)) putRow(log, putBack(row));
  if (replaced.length > limit) return { done: false, keyVersion: log.key.keyVersion };
  for (const row of [...log.rows.values()]) if (row.isUnreadable) putRow(log, { ...row, isUnreadable: false });
  keep(log, log.rotation, 'aborted', now);
  log.rotation = null;
  log.keyRevision++;
  return { done: true, keyVersion: log.key.keyVersion };
};
