import { limits } from '@synckeep/protocol';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import type { BlobStore, Clock, Log, Storage } from '../ports/index.js';

const step = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/** Sweeps what is over: batch ids, envelopes, records, uploads, objects without a row (P-107). */
export const createMaintenance = (deps: {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { storage, blobStore, clock, log } = deps;
  let lastOrphanSweep = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let isStopped = false;

  /** Repeats a bounded step until it finds nothing more to do. */
  const exhaust = async (work: () => Promise<number>): Promise<void> => {
    while (!isStopped && (await work()) > 0);
  };

  const sweepOrphans = async (): Promise<void> => {
    const oldest = clock.now() - limits.unconfirmedBlobLifetime * 1000;
    let after: string | null = null;
    while (!isStopped) {
      const objects = await blobStore.list(after, step);
      const known = await storage.blobIndex.known(objects.map(({ objectKey }) => objectKey));
      for (const { objectKey, modifiedAt } of objects) {
        // Young ones stay: an upload may be on its way to its row.
        if (!known.has(objectKey) && modifiedAt < oldest) await blobStore.delete(objectKey);
      }
      after = objects.at(-1)?.objectKey ?? null;
      if (objects.length < step) return;
    }
  };

  const round = async (): Promise<void> => {
    const now = clock.now();
    await exhaust(() => storage.records.sweep(now, step));
    await exhaust(() => storage.changeLog.forgetBatches(now - limits.batchIdLifetime * 1000, step));
    await exhaust(() => storage.keyStore.forgetHistory(now - limits.keyHistoryLifetime * 1000, step));
    await exhaust(() => storage.blobIndex.discardUnconfirmed(now - limits.unconfirmedBlobLifetime * 1000, step));
    if (isStopped) return;
    await deleteDiscarded(deps, 'all');
    if (now - lastOrphanSweep < day) return;
    await sweepOrphans();
    lastOrphanSweep = now;
  };

  const maintain = (): Promise<void> => {
    running ??= round().finally(() => {
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

  /** Resolves when nothing runs any more, so that the host can close what a round uses. A failed round was reported already. */
  const stop = async (): Promise<void> => {
    isStopped = true;
    cancel?.();
    await Promise.allSettled([running]);
  };

  return { maintain, schedule, stop };
};
