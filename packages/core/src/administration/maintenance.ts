import { limits } from '@synckeep/protocol';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import { areBlobsHeld } from '../blobs/holds.js';
import { createObjectDeletion } from '../blobs/object-deletion.js';
import { createImports } from '../moving/imports.js';
import { observed, success } from '../observation/observed.js';
import type { BlobStore, Clock, ListedObject, Log, Observer, ScopeFilter, Storage } from '../ports/index.js';
import { knownArtifacts } from '../releases/objects.js';
import { type BlobCollectionReport, createBlobCollection } from './blob-collection.js';
import { createCompaction } from './compaction.js';
import { createPacing } from './pacing.js';

const step = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/** Sweeps what is over: batch ids, envelopes, records, uploads, objects without a row (P-107); compacts logs (P-85). */
export const createMaintenance = (deps: {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: Observer | null;
  /** Goes on with erasings that were interrupted. */
  readonly resumeErasing: () => Promise<unknown>;
}) => {
  const { storage, blobStore, clock, log, observer, resumeErasing } = deps;
  const imports = createImports({ storage, clock });
  let lastOrphanSweep = Number.NEGATIVE_INFINITY;
  let lastCollection = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let last: { readonly at: number; readonly error: string | null } | null = null;
  let cancel: (() => void) | undefined;
  let isStopped = false;
  const pacing = createPacing(clock);
  const compaction = createCompaction({ storage, clock, log, pacing });
  const blobs = createBlobCollection({ storage, clock, log, pacing });

  /** Repeats a bounded step until it finds nothing more to do. */
  const exhaust = async (work: () => Promise<number>): Promise<void> => {
    while (!isStopped && (await work()) > 0);
  };

  /** @returns false when blobs are held: not everything was looked at. */
  const sweepOrphans = async (now: number): Promise<boolean> => {
    const oldest = now - limits.unconfirmedBlobLifetime * 1000;
    const deletion = createObjectDeletion(deps);
    let after: string | null = null;
    try {
      do {
        const objects: readonly ListedObject[] = await blobStore.list(after, step);
        const objectKeys = objects.map(({ objectKey }) => objectKey);
        const blobs = await storage.blobIndex.known(objectKeys);
        const artifacts = await knownArtifacts(storage.records, objectKeys);
        if (await areBlobsHeld({ records: storage.records, clock })) return false;
        for (const { objectKey, modifiedAt } of objects) {
          if (isStopped) return false;
          // Young ones stay: an upload may be on its way to its row.
          const isKnown = blobs.has(objectKey) || artifacts.has(objectKey);
          if (!isKnown && modifiedAt < oldest) await deletion.delete(objectKey);
        }
        after = objects.length < step ? null : (objects.at(-1)?.objectKey ?? null);
      } while (after !== null && !isStopped);
      return true;
    } finally {
      deletion.report('Objects without a row could not be deleted; the next sweep tries them again.');
    }
  };

  const sweepOrphansDaily = async (now: number): Promise<void> => {
    if (now - lastOrphanSweep < day) return;
    const [unfinished] = await imports.unfinished(1);
    if (unfinished) {
      // An import may count on objects whose rows have not come yet.
      log.warn(
        { import: unfinished.id },
        'Objects without a row stay until the import that was begun is done or given up.',
      );
      return;
    }
    if (await sweepOrphans(now)) lastOrphanSweep = now;
  };

  const collectDaily = async (now: number): Promise<void> => {
    if (now - lastCollection < day) return;
    await blobs.run({ appId: null, userId: null });
    lastCollection = now;
  };

  const collectBlobs = async (filter: ScopeFilter): Promise<BlobCollectionReport> => {
    const report = await blobs.run(filter);
    await deleteDiscarded(deps, 'all', () => isStopped);
    return report;
  };

  /** Tries every step, also after one that failed. @throws AggregateError of what went wrong */
  const round = async (): Promise<void> => {
    const now = clock.now();
    const steps = [
      resumeErasing,
      () => exhaust(() => storage.records.sweep(now, step)),
      () => exhaust(() => storage.changeLog.forgetBatches(now - limits.batchIdLifetime * 1000, step)),
      () => exhaust(() => storage.keyStore.forgetHistory(now - limits.keyHistoryLifetime * 1000, step)),
      () => exhaust(() => storage.blobIndex.discardUnconfirmed(now - limits.unconfirmedBlobLifetime * 1000, step)),
      () => deleteDiscarded(deps, 'all', () => isStopped),
      () => sweepOrphansDaily(now),
      () => compaction.round(),
      () => collectDaily(now),
      () => deleteDiscarded(deps, 'all', () => isStopped),
    ];
    const faults: unknown[] = [];
    for (const run of steps) {
      if (isStopped) break;
      try {
        await run();
      } catch (fault) {
        faults.push(fault);
      }
    }
    const [fault] = faults;
    last = { at: now, error: fault instanceof Error ? fault.message : fault === undefined ? null : String(fault) };
    if (faults.length > 0) throw new AggregateError(faults, 'Not every step of maintenance succeeded.');
  };

  const maintain = (): Promise<void> => {
    running ??= observed(observer, { kind: 'maintenance' }, round, () => success).finally(() => {
      running = undefined;
    });
    return running;
  };

  const schedule = (): void => {
    cancel = clock.after(hour, () => {
      maintain().catch((fault: unknown) =>
        log.error({ err: fault }, 'Maintenance failed; it will be tried again in an hour.'),
      );
      schedule();
    });
  };

  /**
   * A running round ends with the step or object that it is at. Resolves when nothing runs any more, so that the host
   * can close what a round uses. A failed round was reported already.
   */
  const stop = async (): Promise<void> => {
    isStopped = true;
    cancel?.();
    await pacing.stop();
    await Promise.allSettled([running]);
  };

  return {
    maintain,
    schedule,
    stop,
    compact: compaction.run,
    planCompaction: compaction.plan,
    /** The last round of this process: when it began, and what went wrong first; null before the first one. */
    last: () => last,
    collectBlobs,
    planBlobCollection: blobs.plan,
  };
};

export type Maintenance = ReturnType<typeof createMaintenance>;
