import type { BlobStore, Log, Storage } from '../ports/index.js';

const step = 100;

/**
 * Deletes objects that no row needs any more: a hundred, so that no request waits for more, or `all`. A blob store that is down only delays it: what is left stays listed
 * and is tried again at the next sweep.
 */
export const deleteDiscarded = async (
  deps: { readonly storage: Storage; readonly blobStore: BlobStore; readonly log: Log },
  howMany: 'some' | 'all' = 'some',
): Promise<void> => {
  const { storage, blobStore, log } = deps;
  try {
    let isMore = true;
    while (isMore) {
      const objectKeys = await storage.blobIndex.discarded(step);
      if (objectKeys.length === 0) return;
      for (const objectKey of objectKeys) await blobStore.delete(objectKey);
      await storage.blobIndex.forgetDiscarded(objectKeys);
      isMore = howMany === 'all';
    }
  } catch (fault) {
    log.warn({ err: fault }, 'Discarded blobs could not be deleted; they will be tried again.');
  }
};
