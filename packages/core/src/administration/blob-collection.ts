import type { Clock, Log, Scope, ScopeFilter, ScopeParts, Storage } from '../ports/index.js';
import { createEachScope } from './each-scope.js';
import type { Pacing } from './pacing.js';

export interface BlobCollectionReport {
  /** Logs of apps that want it. */
  readonly logs: number;
  /** Those of them that were left alone, because a change with data does not say which blobs it names. */
  readonly unnamed: number;
  /** Blobs that went, or would go. */
  readonly blobs: number;
  readonly bytes: number;
}

type Sum = { -readonly [K in keyof BlobCollectionReport]: number };

const blobsPerPage = 500;
/** More are looked at in several readings of the log, so that a large scope needs no more memory. */
const blobsAtOnce = 50_000;
const page = { limit: 200, maxBytes: 1024 * 1024 };

/** P-89: removes blobs that no change of a log names any more. */
export const createBlobCollection = (deps: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly pacing: Pacing;
}) => {
  const { storage, clock, log, pacing } = deps;
  const { blobIndex, transfer } = storage;
  const each = createEachScope(storage, clock);

  /** Blobs behind `after` that nobody touched since, or of which nobody knows. */
  const candidatesOf = async (scope: Scope, after: string | null, touchedBefore: number) => {
    const found = new Map<string, number>();
    for (let last = after; ; ) {
      const blobs = await pacing.step(() => blobIndex.list(scope, last, blobsPerPage));
      for (const { hash, sizeBytes, touchedAt } of blobs) {
        if (touchedAt === null || touchedAt < touchedBefore) found.set(hash, sizeBytes);
      }
      last = blobs.at(-1)?.hash ?? last;
      const isEnd = blobs.length < blobsPerPage;
      if (isEnd || found.size >= blobsAtOnce || pacing.isStopped()) return { found, next: isEnd ? null : last };
    }
  };

  /** Takes out of `found` what a change of the log names. @returns false when a change does not say what it names. */
  const keepNamed = async (scope: Scope, found: Map<string, number>): Promise<boolean> => {
    for (let after: ScopeParts['change'] | null = null; ; ) {
      const changes: readonly ScopeParts['change'][] = await pacing.step(() =>
        transfer.read(scope, 'change', { after, ...page }),
      );
      for (const { data, blobs } of changes) {
        if (data !== null && blobs === null) return false;
        for (const hash of blobs ?? []) found.delete(hash);
      }
      after = changes.at(-1) ?? null;
      if (after === null || found.size === 0 || pacing.isStopped()) return !pacing.isStopped();
    }
  };

  /** One scope. With `isPlan` nothing goes. */
  const collectScope = async (scope: Scope, graceSeconds: number, isPlan: boolean, sum: Sum): Promise<void> => {
    for (let after: string | null = null; ; ) {
      const now = clock.now();
      const touchedBefore = now - graceSeconds * 1000;
      // First the head: what is pushed behind it is seen by the removal itself.
      const head = await transfer.head(scope);
      if (head === null) return;
      const { found, next }: Awaited<ReturnType<typeof candidatesOf>> = await candidatesOf(scope, after, touchedBefore);
      if (found.size > 0 && !(await keepNamed(scope, found))) {
        if (!pacing.isStopped()) sum.unnamed += 1;
        return;
      }
      const { epoch, position } = head.log;
      const hashes = [...found.keys()];
      for (let at = 0; at < hashes.length && !pacing.isStopped(); at += blobsPerPage) {
        const some = hashes.slice(at, at + blobsPerPage);
        if (isPlan) {
          sum.blobs += some.length;
          for (const hash of some) sum.bytes += found.get(hash) ?? 0;
          continue;
        }
        const query = { hashes: some, epoch, position, touchedBefore, now };
        const collected = await pacing.step(() => blobIndex.collect(scope, query));
        // The log is another one by now: the next time.
        if (collected === null) return;
        sum.blobs += collected.removed;
        sum.bytes += collected.removedBytes;
      }
      if (next === null || pacing.isStopped()) return;
      after = next;
    }
  };

  const collect = async ({ appId, userId }: ScopeFilter, isPlan: boolean): Promise<BlobCollectionReport> => {
    const sum: Sum = { logs: 0, unnamed: 0, blobs: 0, bytes: 0 };
    for await (const { id, compaction, collectBlobs } of each.apps(appId)) {
      if (compaction === null || collectBlobs === null) continue;
      for await (const scope of each.scopes({ appId: id, userId })) {
        if (pacing.isStopped()) return sum;
        await collectScope(scope, collectBlobs.graceSeconds, isPlan, sum);
        sum.logs += 1;
      }
    }
    if (sum.blobs > 0 && !isPlan) log.info({ ...sum }, 'Blobs that nothing names any more were removed.');
    return sum;
  };

  return {
    run: (filter: ScopeFilter) => pacing.begin(() => collect(filter, false)),
    /** What `run` would do. A blob of which nobody knows when it was touched counts, though its time of grace only begins. */
    plan: (filter: ScopeFilter) => pacing.begin(() => collect(filter, true)),
  };
};
