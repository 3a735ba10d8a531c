import type { Place } from '@synckeep/protocol';
import type { CompactionBounds, CompactionPlan, CompactionQuery, CompactionStep } from './compaction.js';
import type { Scope } from './scope.js';

export type Op = 'insert' | 'update' | 'delete';

/** A change as a device pushes it. `timestamp` and `data` are returned byte for byte and never read. */
export interface NewChange {
  readonly table: string;
  readonly op: Op;
  readonly rowId: string;
  readonly timestamp: string;
  readonly data: string | null;
  /** Hashes (lower case) of the blobs that the row refers to; null when the client does not name them. */
  readonly blobs: readonly string[] | null;
}

/** A change as the log holds it. */
export interface StoredChange extends NewChange {
  /** 1 for the first change of a log, then one more for each, in commit order. */
  readonly position: number;
  readonly deviceId: string;
  /** The key version that `data` is under; null when the pusher did not say. */
  readonly keyVersion: number | null;
}

export interface NewBatch {
  readonly deviceId: string;
  /** null: an old client without idempotency; its batch is stored each time that it comes. */
  readonly batchId: string | null;
  /** 0 to 500 changes. */
  readonly changes: readonly NewChange[];
  readonly keyVersion: number | null;
  /**
   * What the pusher had applied, in the forms of `after` in {@link LogQuery}; null: no check for rows that changed
   * meanwhile. `missing`: the app requires a base and the push has none.
   */
  readonly base: Place | number | PresentedPlace | 'missing' | null;
  /** 32 random bits, not 0, for the cursors at this batch's positions. */
  readonly tag: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Bytes that data and blobs of the scope may take together; null: no limit. */
  readonly bytesLimit: number | null;
}

/** Where a log stands. `epoch` is `noEpoch` when the scope has no log yet. */
export interface LogHead {
  readonly epoch: string;
  /** Of the newest change; 0 when the log is empty. */
  readonly position: number;
  /** Of the batch that wrote the row at `position`; 0 when the log is empty. */
  readonly tag: number;
  /** The highest tombstone that compaction dropped; 0 before any. */
  readonly floor: number;
}

export interface AppendResult extends LogHead {
  /** How many changes are stored under this batch id. */
  readonly accepted: number;
  /** This batch id had come before: nothing was stored now. */
  readonly replayed: boolean;
}

/**
 * The place that this device last presented (see {@link LogPage}), with that place's own marker and floor; the start
 * when it presented none. A push cursor stands for it.
 */
export interface PresentedPlace {
  /** The push cursor, which must be of this log too, though not above its floor; null for an integer cursor. */
  readonly proof: Place | null;
}

export const isPresentedPlace = (after: unknown): after is PresentedPlace =>
  typeof after === 'object' && after !== null && 'proof' in after;

export interface LogQuery {
  readonly deviceId: string;
  /**
   * Read what comes after this place; null is the start.
   * A number is the position of an integer cursor: epoch, own marker and floor are those that the device last presented.
   * 0 is the start. When the device presented nothing in this log, a number can only come from an older one: it is
   * expired, as `reset` when a reset ended any epoch of the scope, else as `restored`.
   */
  readonly after: Place | number | PresentedPlace | null;
  /** Also bring rows that the device wrote itself, over the whole log as it is now. */
  readonly includeOwn: boolean;
  /** 1 to 1,000 changes; the device's own that are left out do not count. */
  readonly limit: number;
  /** The page ends before `data` would pass this many bytes, but holds at least one change. */
  readonly maxBytes: number;
  /**
   * The page ends after this many positions were looked at. It then moves on over positions whose rows compaction
   * removed, to just before the next row that is there.
   */
  readonly maxScan: number;
  /** The device itself named this place. false: the server reads on for it, and what it has received is not known. */
  readonly isPresented: boolean;
  readonly now: number;
}

export interface LogPage {
  /** In order of position. */
  readonly changes: readonly StoredChange[];
  /**
   * The cursor after this page: moved past every row looked at, own ones too. Its `own` is the marker that goes on
   * (a read from the start, or with `includeOwn`, sets it to the head of that moment), its `floor` the log's floor
   * when this pull began.
   */
  readonly next: Place;
  /**
   * false when nothing, or only rows that would be left out, lies between `next` and the head. May be true where only
   * rows that compaction removed lie there; reading on ends all the same.
   */
  readonly hasMore: boolean;
  /** Position of the newest change that this device wrote; 0 for none. */
  readonly lastPush: number;
}

/** What the feed compares to find news. */
export interface ScopeSignal {
  readonly head: LogHead;
  /** Moves with each begin, completion and abort of a rotation. */
  readonly keyRevision: number;
  /** The target of the running rotation, else the current version; 0 before any key. */
  readonly keyVersion: number;
}

export interface LogStatus {
  readonly head: LogHead;
  /** In the log now. */
  readonly totalChanges: number;
  /** Stored `data`, confirmed blobs and open reservations together. */
  readonly bytesUsed: number;
  /** null before any key. */
  readonly keyVersion: number | null;
}

/**
 * The append-only log of every scope: the heart of a storage.
 *
 * What a reader relies on: **positions are handed out in commit order**. Once a reader has seen position n, no row at
 * or below n will ever appear. On SQL the natural way is one row for each scope that holds the head and is locked by
 * the append.
 */
export interface ChangeLog {
  /**
   * Stores the whole batch or nothing, durably, before it resolves. In one transaction, in this order:
   *
   * 1. The device is registered in this scope, else `unknown_device` (also while the scope is being erased).
   * 2. A batch id that this device used within 30 days answers what it answered first, `replayed: true`. Ten calls at
   *    once with one batch id insert once.
   * 3. The key version is allowed, else `stale_key_version` with `details.key_version` (the current one).
   *    With an envelope: its version or the target of a running rotation. Without one: one more than the last ever
   *    given out. null is always allowed; it is stored as that version as long as no rotation was ever begun in this
   *    log, later as null.
   * 4. `base` is not `missing`, else `base_required`; it is a place of this log, else `cursor_expired` as in {@link ChangeLog.read}; and no other device wrote a
   *    (table, row id) of this batch after it, else `row_changed` with `details.indexes`, ascending. A row at or below
   *    where compaction has come counts whichever device wrote it: what it superseded may be gone.
   * 5. The new data fits into `bytesLimit`, else `quota_exceeded`; a batch of nothing but deletes always fits.
   *
   * An empty batch answers the head as it is, and is remembered like any other. Confirmed blobs that a stored change
   * names are touched, which is noted to the hour; see `BlobIndex.collect`.
   *
   * @throws SyncError with one of those codes, having stored nothing. A commit whose outcome is unknown is `unavailable`.
   */
  append(scope: Scope, batch: NewBatch): Promise<AppendResult>;

  /**
   * One page, read in one snapshot together with the checks:
   * - `unknown_device` as in append.
   * - `cursor_expired` with `details.reason`: `compacted` when the place's position is below the log's floor and the
   *   floor that it recorded is an older one; else `reset` when its epoch was ended by a reset; else `compacted` when its
   *   epoch is another one, its floor is an older one and the log's floor is above the position at which the present
   *   epoch began (a tombstone that was written since is gone); else `restored` when its epoch is another one, its position is ahead of the head, or the row at its position has another tag (a row that
   *   compaction removed, or a tag of 0, proves nothing). A place of `noEpoch` at position 0 is the start.
   *
   * When it `isPresented`, remembers with the device the place that this page was read from, with the own marker and the floor that go on in
   * `next`: before it resolves when epoch, marker or floor differ from what is stored or the position is lower;
   * otherwise at most about once a second, so that it may lag. It never leads. That the device was here is remembered
   * with it, to the hour. Reading from a {@link PresentedPlace} moves only the
   * marker: a device that never presented anything has then presented the start.
   */
  read(scope: Scope, query: LogQuery): Promise<LogPage>;

  /** Whether any other device than `deviceId` wrote a row in (after, upTo]. Looks at a bounded number of rows; true when unsure. */
  hasForeign(scope: Scope, deviceId: string, after: number, upTo: number): Promise<boolean>;

  /** Constant time in the length of the log. A scope without a log: zeros and `noEpoch`. */
  status(scope: Scope, now: number): Promise<LogStatus>;

  /** The signals of many scopes in one statement, in the order asked. */
  signals(scopes: readonly Scope[]): Promise<readonly ScopeSignal[]>;

  /**
   * Drops log, envelopes, history and rotation of the scope and moves its blobs to the discarded ones, all in one
   * transaction (or so that no reader sees a part). Starts `epoch`; cursors of the old one then expire as `reset`.
   * Devices stay, their presented places are forgotten. Key versions go on from where they were.
   * @returns the last key version given out; 0 for none.
   */
  reset(scope: Scope, epoch: string, now: number): Promise<number>;

  /** Gives the log of a scope another epoch, which begins at its head. Every cursor expires, as {@link ChangeLog.read} says. */
  renewEpoch(scope: Scope, epoch: string): Promise<void>;

  /** Forgets batch ids received before `before` (milliseconds), at most `limit` in one step. @returns how many. */
  forgetBatches(before: number, limit: number): Promise<number>;

  /**
   * One bounded step of compaction; call it with the same bounds until it answers something else than `more`. Others are held up for 20 ms at
   * most, whatever `limit` says. Nothing is lost when it ends anywhere: the next call goes on, in this process or
   * another one, and several at once do no harm. At every moment in between:
   *
   * - A change goes only when a later one of its (table, row id) lies at or below the horizon, the newest head that the
   *   log is known to have had at or before `keepFrom` (at least the first look in each sixteenth of what is kept is
   *   remembered). Positions never change.
   * - A tombstone, a delete that nothing follows up to there, goes only when every active device has presented its
   *   position in this epoch, and all that it superseded is gone. Active is a device that was not removed, has presented
   *   a place, and read or registered at or after `activeSince`. The floor of the head is the highest tombstone that
   *   went.
   * - Counts and bytes of the scope are exact. Batch ids, places and `lastPush` of devices stay.
   *
   * After `done` with `isThorough` nothing more of what was there at the first call could go. A scope that is unknown, held or being erased is `done`.
   */
  compact(scope: Scope, query: CompactionQuery): Promise<CompactionStep>;

  /**
   * What `compact` with these bounds and `isThorough` would remove, without removing it. Reads page by page, so what is
   * written meanwhile may count or not. Zeros for a scope that is unknown, held or being erased.
   */
  compactionPlan(scope: Scope, bounds: CompactionBounds): Promise<CompactionPlan>;
}
