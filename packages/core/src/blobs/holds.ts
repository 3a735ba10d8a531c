import { z } from 'zod';
import { randomHex } from '../digest.js';
import type { Clock, Random, Records } from '../ports/index.js';
import { createCollection, defineKind } from '../records/collection.js';

/** Milliseconds; whoever holds renews more often. What died is over after that. */
export const holdLifetime = 15 * 60_000;

/** Somebody copies blobs, such as a backup: no object is deleted meanwhile. Index: `all` ("" for listing). */
export const holdKind = defineKind({
  name: 'blob-hold',
  schema: z.object({ heldAt: z.number() }),
  indexes: () => ({ all: [''] }),
});

/** Keeps every object of the blob store from being deleted, on all processes. */
export interface BlobHold {
  /** For another `holdLifetime`. @returns false when it was over: an object may be gone. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Whether objects are held. Ask it *after* reading which objects no row needs any more and before deleting one of them:
 * then whatever was still needed when a hold began is not deleted before it ends.
 */
export const areBlobsHeld = async ({
  records,
  clock,
}: {
  readonly records: Records;
  readonly clock: Clock;
}): Promise<boolean> =>
  (await createCollection(records, clock, holdKind).find('all', '', { after: null, limit: 10 })).length > 0;

/** Begins a hold. What no row needs any more waits until it ends, and goes with the next maintenance. */
export const holdBlobs = async (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<BlobHold> => {
  const { records, clock, random } = deps;
  const holds = createCollection(records, clock, holdKind);
  const key = randomHex(random, 16);
  const write = async (condition: 'absent' | 'present'): Promise<boolean> => {
    const now = clock.now();
    const put = holds.put(key, { heldAt: now }, { condition, expiresAt: now + holdLifetime });
    return (await records.transact([put], now)).done;
  };
  if (!(await write('absent'))) throw new Error('A random key was taken.');
  return {
    renew: () => write('present'),
    async release() {
      await records.transact([holds.delete(key)], clock.now());
    },
  };
};
