import type { ApiCalls } from '../api/call.js';
import type { HttpCalls } from '../api/http-calls.js';
import type { BlobRef } from '../blobs/blob-ref.js';
import type { EntryCipher } from '../crypto/index.js';
import type { HybridClock } from '../merge/hybrid-clock.js';
import type { Merge } from '../merge/merge.js';
import type { LocalStore, QuarantinedChange, RowKey } from '../store/local-store.js';

/** The cipher in use and the version of the key that it encrypts under; null before any key was stored. */
export interface SealingKeys {
  readonly cipher: EntryCipher;
  readonly keyVersion: number | null;
}

/** What the activities of the engine work with. */
export interface SyncContext {
  readonly store: LocalStore;
  readonly call: ApiCalls;
  /** For answers that are read as they come. */
  readonly open: HttpCalls['open'];
  readonly clock: HybridClock;
  /** Milliseconds since 1970, of this machine. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Whether the server is told which blobs a row refers to. */
  readonly namesBlobs: boolean;
  readonly mergeOf: (table: string) => Merge<unknown>;
  /** Rows that people may be looking at have changed. */
  readonly onRows: (keys: readonly RowKey[]) => void;
  readonly onSetAside: (changes: readonly QuarantinedChange[]) => void;
  /** Rows that were pushed refer to blobs that the server does not have. */
  readonly onMissingBlobs: (refs: readonly BlobRef[]) => void;
}

/** One run of an activity. */
export interface ActivityRun {
  readonly signal: AbortSignal;
  readonly keys: SealingKeys;
}
