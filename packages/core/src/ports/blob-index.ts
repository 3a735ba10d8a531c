import type { Scope } from './scope.js';

export interface ReserveBlob {
  /** SHA-256 of the stored bytes, 64 lower-case hex digits. */
  readonly hash: string;
  readonly sizeBytes: number;
  /** The object that this upload goes to; a new one for each reservation. */
  readonly objectKey: string;
  readonly now: number;
  /** Until then the reservation counts to the quota. Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly bytesLimit: number | null;
}

export interface BlobReservation {
  readonly objectKey: string;
  readonly sizeBytes: number;
}

export interface ConfirmedBlob {
  readonly objectKey: string;
  readonly sizeBytes: number;
}

export interface ListedBlob {
  readonly hash: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970; null: not since it came here from elsewhere, or from an earlier release. */
  readonly touchedAt: number | null;
}

/** Blobs that nothing in a log names, as somebody found who has read it. */
export interface CollectBlobs {
  readonly hashes: readonly string[];
  /** Of the log when its reading began: its epoch, and the position of its head. */
  readonly epoch: string;
  readonly position: number;
  /** More than an hour before the reading began. */
  readonly touchedBefore: number;
  readonly now: number;
}

export interface CollectedBlobs {
  readonly removed: number;
  readonly removedBytes: number;
}

/** Which blobs a scope has, and how many bytes they and the open reservations take: exact, in one transaction. */
export interface BlobIndex {
  /**
   * `exists: true` when the blob is confirmed; nothing is reserved then, and the blob is touched. Several reservations of one hash count once
   * (the largest), expired ones not at all. When `limits.reservationsPerBlob` of that hash are kept, open or expired,
   * the oldest becomes a discarded object in the same transaction and counts no more.
   * @throws SyncError `unknown_device` when the scope has no device or is being erased; `rate_limited` with an hour's
   * `retryAfter` when `limits.reservationsPerUser` would still be kept beside the new one; `quota_exceeded` when data,
   * blobs and open reservations would pass `bytesLimit`. All of it counted so that parallel calls cannot pass a bound
   * together; a refusal changes nothing.
   */
  reserve(scope: Scope, blob: ReserveBlob): Promise<{ readonly exists: boolean }>;

  /** Open and expired reservations of a hash, newest first. */
  reservations(scope: Scope, hash: string): Promise<readonly BlobReservation[]>;

  /** null when it is not confirmed. */
  get(scope: Scope, hash: string): Promise<ConfirmedBlob | null>;

  /** Those of `hashes` that are not confirmed, in the order given, each once. */
  missing(scope: Scope, hashes: readonly string[]): Promise<readonly string[]>;

  /**
   * Points the index at `objectKey`, which has been verified to hold exactly `sizeBytes` of that hash. The first one
   * wins: when the blob is confirmed already it is touched and nothing else changes. Other reservations of the hash become discarded objects.
   * @throws SyncError `blob_not_uploaded` when that reservation is gone; `quota_exceeded` when its time was over and its
   * bytes no longer fit.
   */
  confirm(
    scope: Scope,
    hash: string,
    objectKey: string,
    sizeBytes: number,
    bytesLimit: number | null,
    now: number,
  ): Promise<ConfirmedBlob>;

  /** Drops one reservation; its object becomes a discarded one. Nothing happens when it is gone. */
  release(scope: Scope, hash: string, objectKey: string): Promise<void>;

  /** Removes a confirmed blob; its object becomes a discarded one. @returns false when there was none. */
  remove(scope: Scope, hash: string): Promise<boolean>;

  /** Confirmed blobs in order of hash, after `after`; null: from the first. None while the scope is held or being erased. */
  list(scope: Scope, after: string | null, limit: number): Promise<readonly ListedBlob[]>;

  /**
   * Removes those of `hashes` that were not touched since `touchedBefore`; their objects become discarded ones. All in
   * one transaction, in which counts stay exact. One with `touchedAt` null is touched now instead.
   * @returns null, and nothing was done, when the log is not the one that was read: its epoch is another one, or a
   * change that has data and names no blobs (`blobs: null`) was appended behind `position`. The same when the scope is
   * unknown, held or being erased.
   */
  collect(scope: Scope, collection: CollectBlobs): Promise<CollectedBlobs | null>;

  /** Turns reservations made before `before` into discarded objects, in a bounded step. @returns how many. */
  discardUnconfirmed(before: number, limit: number): Promise<number>;

  /**
   * Objects that no row needs any more, to be deleted in the blob store, in order of key by its bytes, after `after`;
   * null: from the first. They stay listed until `forgetDiscarded`.
   */
  discarded(after: string | null, limit: number): Promise<readonly string[]>;
  forgetDiscarded(objectKeys: readonly string[]): Promise<void>;

  /** Those of `objectKeys` that a confirmed blob, a reservation or the discarded list mentions. */
  known(objectKeys: readonly string[]): Promise<ReadonlySet<string>>;
}
