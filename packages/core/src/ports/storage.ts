import type { BlobIndex } from './blob-index.js';
import type { ChangeLog } from './change-log.js';
import type { DeviceStore } from './device-store.js';
import type { KeyStore } from './key-store.js';
import type { Records } from './records.js';
import type { Scope } from './scope.js';
import type { Transfer } from './transfer.js';

export interface ScopeFilter {
  readonly appId: string | null;
  readonly userId: string | null;
}

/** What a storage says of itself when it can be read. */
export interface StorageHealth {
  /** The number of the newest migration that was applied to the database; 0 before the first one. */
  readonly schema: number;
  /** The number of the newest migration that this release knows. It cannot serve a database that has less. */
  readonly newestSchema: number;
}

/** What all scopes hold together, without those that imports hold. */
export interface StorageTotals {
  readonly scopes: number;
  /** Who has a scope, each counted once. */
  readonly users: number;
  readonly changes: number;
  /** Bytes of `data`. */
  readonly dataBytes: number;
  /** Bytes of confirmed blobs. */
  readonly blobBytes: number;
  /** Registered devices. */
  readonly devices: number;
  /** Those of them that were seen at or after the asked moment. */
  readonly activeDevices: number;
}

/** The storage ports over one database. */
export interface Storage {
  readonly changeLog: ChangeLog;
  readonly deviceStore: DeviceStore;
  readonly keyStore: KeyStore;
  readonly blobIndex: BlobIndex;
  readonly records: Records;
  readonly transfer: Transfer;

  /** Brings the database to this release's schema. Two callers at once are safe; a newer schema is refused with a sentence. */
  migrate(): Promise<void>;

  /** Resolves when a read reaches the database, also before `migrate`. @throws when it does not. */
  health(): Promise<StorageHealth>;

  /**
   * What all scopes hold, from rows that exist once for each scope or device and never from the log, so that it is
   * quick with any number of changes. Exact as of some moment while it runs.
   * @param activeSince milliseconds since 1970
   */
  totals(activeSince: number): Promise<StorageTotals>;

  /** Scopes that hold anything, or that an import holds, in order of (app, user) by their bytes, after `after`. */
  scopes(filter: ScopeFilter, after: Scope | null, limit: number): Promise<readonly Scope[]>;

  /**
   * One step of erasing everything of a scope but records; call it until it answers true. From the first step on,
   * `append`, `register` and `reserve` refuse this scope, and it has no key and no rotation any more. At the end no row
   * mentions it, except the discarded objects that still wait for their deletion. A scope that is not there is erased
   * at once.
   * @param limit rows in one step.
   */
  erase(scope: Scope, limit: number): Promise<boolean>;

  /** Releases what this storage opened itself; the handle that the host passed in stays open. */
  close(): Promise<void>;
}
