import { isSyncError } from '@synckeep/protocol';
import { withDeadline } from '../broadcast/with-deadline.js';
import type { BlobStore, Clock, Log, Storage, StorageHealth } from '../ports/index.js';

/** Milliseconds that an answer may be used again, so that whoever asks often costs no more than once a second. */
const usedFor = 1_000;

const longestCheck = 3_000;

export interface Check<T> {
  /** null: it does not work now. */
  readonly found: T | null;
  /** What is wrong, for whoever runs the server; null when nothing is. */
  readonly detail: string | null;
}

export interface CheckedParts {
  readonly storage: Check<StorageHealth>;
  readonly blobs: Check<true>;
}

/** Asks the storage and the blob store whether they work; at most once a second, whoever asks. */
export const createPartChecks = (deps: {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** A sentence for a fault that an operator can help. */
  readonly explain: (fault: unknown) => string | undefined;
}): (() => Promise<CheckedParts>) => {
  const { storage, blobStore, clock, log, explain } = deps;
  let last: { readonly at: number; readonly checked: Promise<CheckedParts> } | undefined;

  const toDetail = (fault: unknown): string => {
    const cause = isSyncError(fault) ? (fault.cause ?? fault) : fault;
    return explain(fault) ?? (cause instanceof Error ? cause.message : String(cause));
  };
  const check = async <T>(what: string, work: Promise<T>): Promise<Check<T>> => {
    try {
      const found = await withDeadline(
        clock,
        longestCheck,
        `There was no answer within ${longestCheck / 1000} s.`,
        work,
      );
      return { found, detail: null };
    } catch (fault) {
      log.warn({ err: fault }, `The ${what} does not work now.`);
      return { found: null, detail: toDetail(fault) };
    }
  };
  const checkAll = async (): Promise<CheckedParts> => {
    const [ofStorage, ofBlobs] = await Promise.all([
      check('storage', storage.health()),
      check(
        'blob store',
        blobStore.health().then((): true => true),
      ),
    ]);
    return { storage: ofStorage, blobs: ofBlobs };
  };

  return () => {
    const now = clock.now();
    if (!last || now - last.at >= usedFor || now < last.at) last = { at: now, checked: checkAll() };
    return last.checked;
  };
};

/** Whether a server can answer, and which part keeps it from that. Nothing in it is secret. */
export interface Readiness {
  readonly isReady: boolean;
  readonly parts: {
    readonly server: 'ok' | 'stopping';
    readonly storage: 'ok' | 'failed';
    /** `pending`: the database has not all migrations of this release; `unknown` while it cannot be asked. */
    readonly migrations: 'ok' | 'pending' | 'unknown';
    readonly blobs: 'ok' | 'failed';
  };
}

export const toReadiness = ({ storage, blobs }: CheckedParts, isStopping: boolean): Readiness => {
  const { found } = storage;
  const parts = {
    server: isStopping ? 'stopping' : 'ok',
    storage: found ? 'ok' : 'failed',
    migrations: found ? (found.schema < found.newestSchema ? 'pending' : 'ok') : 'unknown',
    blobs: blobs.found ? 'ok' : 'failed',
  } as const;
  return { isReady: Object.values(parts).every((state) => state === 'ok'), parts };
};
