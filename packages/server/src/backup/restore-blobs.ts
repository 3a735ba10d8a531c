import type { BlobStore } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import { Refusal } from '../refusal.js';
import { firstPartOf, readBlob } from './blobs.js';
import { damaged } from './damage.js';
import { eachOf } from './files.js';
import type { NeededObject, ObjectList } from './objects.js';
import type { Repository } from './repository.js';

const blobsAtOnce = 4;
const page = 1_000;

/** An interrupted restore of the same backup may have brought objects; nothing else may be there. @throws Refusal */
const checkEmpty = async (store: BlobStore, list: ObjectList, shown: string): Promise<void> => {
  for (let after: string | null = null; ; ) {
    const found: readonly { readonly objectKey: string }[] = await store.list(after, page);
    for (const { objectKey } of found) {
      if (!list.has(objectKey)) {
        throw new Refusal(`There are blobs in ${shown} already. A backup is restored into an empty place only.`);
      }
    }
    after = found.at(-1)?.objectKey ?? null;
    if (after === null || found.length < page) return;
  }
};

const bring = async (repository: Repository, store: BlobStore, object: NeededObject): Promise<void> => {
  try {
    await store.write(object, readBlob(repository, object));
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'blob_mismatch') throw error;
    throw damaged(firstPartOf(object.hash), 'or one that follows it is damaged', error);
  }
};

/** @param shown what the store is, for sentences. @returns how many bytes came */
export const restoreBlobs = async (
  repository: Repository,
  list: ObjectList,
  { store, shown }: { readonly store: BlobStore; readonly shown: string },
  onProgress: (bytes: number) => void,
): Promise<{ readonly blobs: number; readonly bytes: number }> => {
  await checkEmpty(store, list, shown);
  let [blobs, bytes] = [0, 0];
  async function* objects(): AsyncGenerator<NeededObject> {
    yield* list.inOrder();
  }
  await eachOf(objects(), blobsAtOnce, async (object) => {
    await bring(repository, store, object);
    blobs += 1;
    bytes += object.sizeBytes;
    onProgress(bytes);
  });
  return { blobs, bytes };
};
