import type { BlobStore, Notifier, Observer, RateLimiter, Storage } from '@synckeep/core';
import type { PoolState } from '@synckeep/metrics';
import type { TakeDatabase } from './backup/taken-database.js';
import type { Closeable } from './closing.js';
import type { OpenedSecrets } from './secret.js';

/** A part of the server over one backend. `close` ends what opening began. */
interface Opened extends Closeable {
  /** What it is, for people: `postgres`. */
  readonly kind: string;
  /** Reaches the backend in the ways that serving needs. @throws Refusal with a sentence when one of them does not work. */
  check(): Promise<void>;
}

export interface OpenedNotifier extends Opened {
  readonly notifier: Notifier;
  /** Shared by all processes; null: each one counts by itself. */
  readonly rateLimiter: RateLimiter | null;
}

/** A part whose calls may fail later: `explain` has a sentence for an error of this backend that an operator can help. */
interface Explained extends Opened {
  explain(error: unknown): string | undefined;
}

export interface OpenedBlobs extends Explained {
  /** Of this machine; null for a bucket. */
  readonly folder: string | null;
  readonly blobStore: BlobStore;
}

export interface OpenedDatabase extends Explained {
  readonly storage: Storage;
  /** Its connections; null for a file. */
  readonly pool: PoolState | null;
  /** News through the database itself. */
  openNotifier(observers: readonly Observer[]): OpenedNotifier;
  /** The secrets that are kept with the database. */
  openSecrets(): Promise<OpenedSecrets>;
  /** What the database itself finds wrong with its file, in sentences. */
  verify(): Promise<readonly string[]>;
  /** For a backup. */
  readonly take: TakeDatabase;
}
