import type { Place } from '@synckeep/protocol';
import type { ConfirmedBlob } from './blob-index.js';
import type { LogHead, StoredChange } from './change-log.js';
import type { Device } from './device-store.js';
import type { PastKey } from './key-store.js';
import type { Scope } from './scope.js';

/** A registered device. One that was removed does not move; changes go on naming it. */
export interface MovedDevice extends Omit<Device, 'presented'> {
  readonly session: string | null;
  /** The whole place that it last presented to pull; null when it presented none in this log. */
  readonly presented: Place | null;
}

export interface MovedEnvelope {
  readonly envelope: string;
  readonly etag: string;
  readonly keyVersion: number;
}

/** What is small of a scope: at most `limits.devicesPerUser` devices and `limits.keysInHistory` envelopes. */
export interface ScopeHead {
  readonly log: LogHead;
  /** Changes at or below may have been removed by compaction; 0 for none. */
  readonly compacted: number;
  /** null without an envelope; then there is no rotation either. */
  readonly key: MovedEnvelope | null;
  readonly rotation: (MovedEnvelope & { readonly isAborting: boolean }) | null;
  /** Oldest first. */
  readonly history: readonly PastKey[];
  /** The last one ever given out; 0 for none. */
  readonly lastKeyVersion: number;
  /** As in `ScopeSignal`. */
  readonly keyRevision: number;
  /** Whether a rotation was ever begun in this log. */
  readonly wasRotated: boolean;
  /** In order of creation, then id. */
  readonly devices: readonly MovedDevice[];
}

export interface MovedChange extends StoredChange {
  /** Of the batch that wrote it. */
  readonly tag: number;
  /** What the rotation of the head replaced in this change; null when it did not. */
  readonly replaced: { readonly data: string; readonly keyVersion: number | null } | null;
  /** Whether that rotation declared this change unreadable. */
  readonly isUnreadable: boolean;
}

/** A batch id with what it was answered. */
export interface MovedBatch extends LogHead {
  readonly deviceId: string;
  readonly batchId: string;
  readonly accepted: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

export interface MovedBlob extends ConfirmedBlob {
  readonly hash: string;
}

/** What may be large of a scope, by the name of the part. */
export interface ScopeParts {
  /** An epoch that a reset ended. Key: `epoch`. */
  readonly endedEpoch: { readonly epoch: string };
  /** Key: `position`. */
  readonly change: MovedChange;
  /** Of a registered device. Key: `deviceId`, then `batchId`. */
  readonly batch: MovedBatch;
  /** Key: `hash`. */
  readonly blob: MovedBlob;
}

export type ScopePart = keyof ScopeParts;

export interface PartQuery<P extends ScopePart> {
  /** The last item of the page before, of which only the key matters; null: from the first. */
  readonly after: ScopeParts[P] | null;
  readonly limit: number;
  /** The page ends before `data` would pass this many bytes, but holds at least one item; replaced texts come on top. */
  readonly maxBytes: number;
}

/** Who brings a scope here. */
export interface Import {
  /** Of the same stream under the same account, also when it is brought again after a crash. */
  readonly id: string;
  /** Random, of one try. */
  readonly run: string;
}

/**
 * - `begun`: the scope is held by this import and empty but for its head.
 * - `done`: this import sealed or published the scope before; there is nothing to bring.
 * - `unfinished`: an earlier try of this import left a part: `abandon` that, then begin again.
 * - `held`: another import holds the scope.
 * - `occupied`: there is something in the scope, or it is being erased.
 */
export type ImportBegin = 'begun' | 'done' | 'unfinished' | 'held' | 'occupied';

/**
 * Reads everything of a scope, and brings a scope from elsewhere into this storage. Reservations do not move: what was
 * being uploaded is uploaded again.
 *
 * A scope that is brought here is **held** from `begin` to `publish` or `abandon`. Until it is published it is out of
 * everybody's sight: all other ports answer as if there were no such scope, but `register` and `KeyStore.put` are
 * `unavailable`, `Storage.scopes` lists it, `Storage.erase` erases it, `ChangeLog.renewEpoch` renews it and
 * `BlobIndex.known` knows its objects.
 */
export interface Transfer {
  /** In one snapshot. null when there is no such scope, while it is being erased, and while it is held. */
  head(scope: Scope): Promise<ScopeHead | null>;

  /**
   * One page of a part, in order of its key (texts by their bytes); empty when nothing follows. What is there from the
   * first page to the last comes exactly once, as it is at the moment of its page; what comes or goes meanwhile may
   * come or not. Empty wherever `head` is null.
   */
  read<P extends ScopePart>(scope: Scope, part: P, query: PartQuery<P>): Promise<readonly ScopeParts[P][]>;

  /** Takes the scope for this import and stores its head, in one transaction, if there is nothing in it. */
  begin(scope: Scope, by: Import, head: ScopeHead): Promise<ImportBegin>;

  /**
   * Adds items of a part, all or none. Everything is brought in order of its key and once. A change may name a device
   * that the head does not have: it is one that was removed. Counts and sums are those that the same scope had.
   * @returns false, with nothing written, when this try does not hold the scope unsealed (any more).
   */
  write<P extends ScopePart>(scope: Scope, by: Import, part: P, items: readonly ScopeParts[P][]): Promise<boolean>;

  /** Says that the scope is whole. Only then can it be published. @returns false as `write`. */
  seal(scope: Scope, by: Import): Promise<boolean>;

  /** Makes at most `limit` sealed scopes of an import visible, each whole at one moment. @returns whether none is left. */
  publish(importId: string, limit: number): Promise<boolean>;

  /**
   * One step of giving up what an import holds, of one scope or, null, of all: about `limit` rows. From its first step
   * on a scope is not sealed any more and no try holds it, so a part of it is never published, also when no other step
   * follows: `begin` answers `unfinished`. Objects of its blobs do not become discarded ones, because another server
   * may have them too. @returns whether nothing is left.
   */
  abandon(importId: string, scope: Scope | null, limit: number): Promise<boolean>;
}
