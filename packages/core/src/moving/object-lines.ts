import type { BlobStore, StoredObject } from '../ports/index.js';
import { toBase64 } from './base64.js';
import type { MovingCounts } from './counts.js';
import { inEqualParts } from './equal-parts.js';
import { bytesPerLine, type Line } from './format.js';

export interface ObjectLinesDeps {
  readonly blobStore: BlobStore;
  readonly areBlobsReferenced: boolean;
  readonly counts: MovingCounts;
}

/** Whatever the blob store has it as. */
export interface MovedObject extends StoredObject {
  readonly objectKey: string;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Whether the blob store has an object of that size. */
export const isStored = async ({ objectKey, sizeBytes }: MovedObject, blobStore: BlobStore): Promise<boolean> => {
  // A size that no object has, so that none is read to tell its hash.
  const stored = await blobStore.inspect(objectKey, -1);
  return stored?.sizeBytes === sizeBytes;
};

/** An object as its own line and its bytes. @returns false, without a line, when it was removed since it was looked for. */
export async function* objectLines(
  { objectKey, sizeBytes }: MovedObject,
  head: Line,
  { blobStore, areBlobsReferenced, counts }: ObjectLinesDeps,
): AsyncGenerator<Line, boolean> {
  const chunks = areBlobsReferenced ? nothing() : await blobStore.read(objectKey);
  if (!chunks) return false;
  yield head;
  for await (const part of inEqualParts(chunks, bytesPerLine)) {
    counts.blobBytes += part.length;
    yield { type: 'bytes', data: toBase64(part) };
  }
  if (areBlobsReferenced) counts.blobBytes += sizeBytes;
  counts.blobs += 1;
  return true;
}
