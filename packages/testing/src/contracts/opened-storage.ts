import type { Storage } from '@synckeep/core';
import type { Stall } from '../stall.js';

/** What an adapter's test file opens for the contract: an empty, migrated store with two ways in, as two processes have. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** A second instance over the same store, with nothing shared in memory that two processes would not share. */
  readonly other: Storage;
  /**
   * Arranges that the next `changeLog.append` through `storage` stops at the last moment before its commit where this
   * adapter can be stopped: after it has chosen its positions. An adapter whose append is one step that nothing can
   * come into the middle of stops before that step; `withFaults(storage).hold('changeLog', 'append')` does that.
   */
  stall(): Stall;
  /** Closes both and removes the store. */
  close(): Promise<void>;
}

export type Opened = () => OpenedStorage;
