import type { BlobStore, Log } from '@synckeep/core';
import { blobPrefix, hashOfPart, isFirstPart, writeBlob } from './blobs.js';
import { eachOf } from './files.js';
import type { NeededObject, ObjectList } from './objects.js';
import type { Repository } from './repository.js';

const blobsAtOnce = 4;

export interface BlobCounts {
  /** Different blobs. */
  count: number;
  sizeBytes: number;
  copied: number;
  copiedBytes: number;
  lost: number;
}

/** The blobs that a place has whole, in order of hash. */
export async function* keptBlobs(repository: Repository): AsyncGenerator<string> {
  for await (const name of repository.names(blobPrefix)) {
    const hash = isFirstPart(name) ? hashOfPart(name) : null;
    if (hash !== null) yield hash;
  }
}

/** The objects of each blob, in order of hash. */
function* byHash(objects: Iterable<NeededObject>): Generator<readonly [NeededObject, ...NeededObject[]]> {
  let group: [NeededObject, ...NeededObject[]] | null = null;
  for (const object of objects) {
    if (group !== null && group[0].hash === object.hash) {
      group.push(object);
      continue;
    }
    if (group !== null) yield group;
    group = [object];
  }
  if (group !== null) yield group;
}

/** Copies what the place does not have. What is not to be had, or has other bytes than its hash, is taken out of the list. */
export const copyBlobsInto = async (
  repository: Repository,
  list: ObjectList,
  from: Pick<BlobStore, 'read'>,
  log: Log,
  onProgress: (counts: Readonly<BlobCounts>) => void,
): Promise<Readonly<BlobCounts>> => {
  const counts: BlobCounts = { count: 0, sizeBytes: 0, copied: 0, copiedBytes: 0, lost: 0 };

  async function* missing(): AsyncGenerator<readonly [NeededObject, ...NeededObject[]]> {
    const kept = keptBlobs(repository);
    let at = await kept.next();
    for (const group of byHash(list.inOrder())) {
      const [{ hash, sizeBytes }] = group;
      while (!at.done && at.value < hash) at = await kept.next();
      counts.count += 1;
      counts.sizeBytes += sizeBytes;
      if (at.done || at.value !== hash) yield group;
    }
  }

  const lost: string[] = [];
  await eachOf(missing(), blobsAtOnce, async (group) => {
    for (const object of group) {
      const source = await from.read(object.objectKey);
      if (source && (await writeBlob(repository, object, source))) {
        counts.copied += 1;
        counts.copiedBytes += object.sizeBytes;
        onProgress(counts);
        return;
      }
      const { objectKey } = object;
      log.warn({ objectKey }, source ? 'A blob is damaged in the blob store.' : 'A blob is not in the blob store.');
    }
    const [{ hash, sizeBytes }] = group;
    lost.push(hash);
    counts.lost += 1;
    counts.count -= 1;
    counts.sizeBytes -= sizeBytes;
  });
  for (const hash of lost) list.lose(hash);
  return counts;
};
