import type { Place } from '@synckeep/protocol';
import type { StoredChange } from './change-log.js';
import type { RecordGuard } from './records.js';
import type { Scope } from './scope.js';

/** What the caller knows of the stored key; checked in the transaction of the write. */
export interface KeyCondition {
  /** `If-None-Match: *`: there must be no envelope, else `precondition_failed`. */
  readonly absent: boolean;
  /** `If-Match`: the tag of the envelope must be among these, else `precondition_failed`. null: no such header. */
  readonly etags: readonly string[] | null;
  /** The current version, else `stale_key_version` with `details.key_version`. null: not said. */
  readonly keyVersion: number | null;
}

export interface Keys {
  readonly envelope: string;
  readonly keyVersion: number;
  /** Random, new with each envelope; what the ETag is made of. */
  readonly etag: string;
  readonly rotation: { readonly envelope: string; readonly keyVersion: number } | null;
}

export interface PastKey {
  readonly envelope: string;
  readonly keyVersion: number;
  /** Milliseconds since 1970. */
  readonly replacedAt: number;
  readonly reason: 'replaced' | 'rotated' | 'aborted';
}

export interface PutKey {
  /** What must hold in the same transaction: the app exists, the user was not erased. */
  readonly guards: readonly RecordGuard[];
  readonly envelope: string;
  readonly etag: string;
  readonly condition: KeyCondition;
  readonly freshEpoch: string;
  readonly now: number;
}

export interface BeginRotation {
  readonly envelope: string;
  readonly etag: string;
  readonly keyVersion: number | null;
  readonly now: number;
}

export interface RotationQuery {
  readonly after: Place | number | null;
  readonly limit: number;
  readonly maxBytes: number;
  readonly maxScan: number;
}

export interface RotationPage {
  /** Changes with data whose key version is not the target, in order of position. */
  readonly entries: readonly (StoredChange & { readonly data: string })[];
  readonly next: Place;
  readonly hasMore: boolean;
}

/** `data: null`: nobody can decrypt it. It stays as it is and counts as done. */
export interface RotatedEntry {
  readonly position: number;
  readonly data: string | null;
}

export interface RotationBatch {
  readonly entries: readonly RotatedEntry[];
  /** The target, else `stale_key_version`. null: not said. */
  readonly keyVersion: number | null;
  readonly bytesLimit: number | null;
  readonly now: number;
}

/**
 * The key envelopes of a scope and the rotation from one key to the next, a state machine:
 *
 *     idle --begin--> running --complete--> idle (target is current)
 *                     running --abort--> aborting --(old text is back)--> idle (target is burnt)
 *
 * Key versions count up from 1 and never go down, also not after an abort or a reset. No envelope is ever lost: a
 * replaced one is in the history until `forgetHistory` drops it. The history holds at most `limits.keysInHistory`:
 * whatever would end in one more is refused before it begins, so a rotation that was begun can always end.
 */
export interface KeyStore {
  /** null when there is no envelope. */
  get(scope: Scope): Promise<Keys | null>;

  /**
   * Stores the envelope. The first one gets the next version ever given out; another one in its place keeps the version
   * and the replaced one goes to the history. Makes the scope's log (with `freshEpoch`) if there is none.
   * @throws SyncError `invalid_token` when a guard does not hold or the scope is being erased; `unavailable` while an
   * import holds it; `precondition_failed`, `stale_key_version`; `rotation_in_progress` while one runs or aborts;
   * `rate_limited` with a day's `retryAfter` when there is an envelope to replace and the history is full.
   */
  put(scope: Scope, key: PutKey): Promise<{ readonly keyVersion: number; readonly etag: string }>;

  /** Newest first. */
  history(scope: Scope): Promise<readonly PastKey[]>;

  /**
   * Starts a rotation to the next version. The same envelope again answers the running one.
   * @returns the target version and how many entries with data are not under it.
   * @throws SyncError `key_not_found` without an envelope, `stale_key_version`; `rotation_in_progress` when another one
   * runs or aborts; `rate_limited` with a day's `retryAfter` when none runs and the history is full.
   */
  beginRotation(
    scope: Scope,
    rotation: BeginRotation,
  ): Promise<{ readonly keyVersion: number; readonly remaining: number }>;

  /** One page in one snapshot. @throws SyncError `no_rotation`; `cursor_expired` as `ChangeLog.read`. */
  rotationEntries(scope: Scope, query: RotationQuery): Promise<RotationPage>;

  /**
   * Replaces the data of entries, all or none, and remembers the replaced text until completion. An entry already at
   * the target is left alone and counted as updated, so the call is safe to repeat. Positions never change.
   * @returns how many are now done of those named, and how many remain in the log.
   * @throws SyncError `no_rotation`; `stale_key_version`; `unknown_entry` with `details.index` when a position is not
   * one of this log with data; `quota_exceeded`.
   */
  rotate(scope: Scope, batch: RotationBatch): Promise<{ readonly updated: number; readonly remaining: number }>;

  /**
   * Makes the target the current key when nothing remains; the replaced envelope goes to the history, the replaced
   * texts are dropped (they may go in later steps).
   * @returns how many entries were declared unreadable.
   * @throws SyncError `no_rotation`; `rotation_incomplete` with `details.remaining`.
   */
  completeRotation(scope: Scope, now: number): Promise<{ readonly keyVersion: number; readonly unreadable: number }>;

  /**
   * One step of putting replaced texts back, at most `limit` entries; call it until `done`. The first step stops
   * `rotate` and `completeRotation`; the last one burns the target's number, puts its envelope into the history and
   * answers the current version. A push under the target that came meanwhile keeps its text and version.
   * @throws SyncError `no_rotation`
   */
  abortRotation(
    scope: Scope,
    limit: number,
    now: number,
  ): Promise<{ readonly done: boolean; readonly keyVersion: number }>;

  /** Drops envelopes replaced before `before`, and leftovers of completed rotations, in a bounded step. @returns how many. */
  forgetHistory(before: number, limit: number): Promise<number>;
}
