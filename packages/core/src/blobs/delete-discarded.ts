import type { BlobStore, Clock, Log, Storage } from '../ports/index.js';
import { areBlobsHeld } from './holds.js';
import { createObjectDeletion } from './object-deletion.js';

const step = 100;

/**
 * Deletes objects that no row needs any more: a hundred, so that no request waits for more, or `all`, each tried once.
 * What cannot be deleted stays listed and is tried again at the next sweep, and so does everything while blobs are held.
 * `isStopped` is asked before each object.
 */
export const deleteDiscarded = async (
  deps: { readonly storage: Storage; readonly blobStore: BlobStore; readonly clock: Clock; readonly log: Log },
  howMany: 'some' | 'all' = 'some',
  isStopped: () => boolean = () => false,
): Promise<void> => {
  const { blobIndex, records } = deps.storage;
  const deletion = createObjectDeletion(deps);
  let after: string | null = null;
  try {
    do {
      const objectKeys: readonly string[] = await blobIndex.discarded(after, step);
      if (objectKeys.length > 0 && (await areBlobsHeld({ records, clock: deps.clock }))) break;
      const deleted: string[] = [];
      for (const objectKey of objectKeys) {
        if (isStopped()) break;
        if (await deletion.delete(objectKey)) deleted.push(objectKey);
      }
      if (deleted.length > 0) await blobIndex.forgetDiscarded(deleted);
      after = objectKeys.length < step ? null : (objectKeys.at(-1) ?? null);
    } while (howMany === 'all' && after !== null && !isStopped());
  } catch (fault) {
    deps.log.warn({ err: fault }, 'The list of discarded blobs could not be worked off; it will be tried again.');
  }
  deletion.report('Discarded blobs could not be deleted; they will be tried again.');
};
