import type { BlobStore, Log } from '../ports/index.js';

/** One run of deletions, in which an object that cannot be deleted does not stop the others. */
export interface ObjectDeletion {
  /** @returns whether the object is gone. */
  delete(objectKey: string): Promise<boolean>;
  /** Writes one line when any object could not be deleted: how many, and the first fault. */
  report(message: string): void;
}

export const createObjectDeletion = (deps: { readonly blobStore: BlobStore; readonly log: Log }): ObjectDeletion => {
  let failures = 0;
  let firstFault: unknown;
  return {
    async delete(objectKey) {
      try {
        await deps.blobStore.delete(objectKey);
        return true;
      } catch (fault) {
        if (failures === 0) firstFault = fault;
        failures += 1;
        return false;
      }
    },

    report(message) {
      if (failures > 0) deps.log.warn({ err: firstFault, objects: failures }, message);
    },
  };
};
