import { isSyncError } from '@synckeep/protocol';
import type { BlobStore, MovedBlob, NewObject } from '../ports/index.js';
import { fromBase64 } from './base64.js';
import type { LineReader } from './line-reader.js';
import { MovingError } from './moving-error.js';

/**
 * Stores the object of a blob from the lines that follow it, in the pace of the store.
 * @param onBytes told how many came @throws MovingError
 */
export const importBlob = async (
  { objectKey, sizeBytes, hash }: NewObject,
  reader: LineReader,
  blobStore: Pick<BlobStore, 'write'>,
  onBytes: (count: number) => void,
): Promise<void> => {
  let received = 0;
  let failure: unknown;

  const nextPart = async (): Promise<Uint8Array> => {
    const line = await reader.next();
    const bytes = line.type === 'bytes' ? fromBase64(line.data) : null;
    if (!bytes || bytes.length === 0) throw reader.refuse('is no part of the blob that came before it');
    received += bytes.length;
    onBytes(bytes.length);
    if (received > sizeBytes) throw reader.refuse('goes beyond the size of its blob');
    return bytes;
  };

  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      while (received < sizeBytes) yield await nextPart();
    } catch (error) {
      // A store may take it for a connection that was lost.
      failure = error;
      throw error;
    }
  }

  try {
    await blobStore.write({ objectKey, sizeBytes, hash }, parts());
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (isSyncError(error) && error.code === 'blob_mismatch')
      throw reader.refuse('ends a blob with other bytes than its hash says');
    throw error;
  }
  // A store that has the object already need not look at the bytes.
  while (received < sizeBytes) await nextPart();
};

/** Checks that the objects of blobs are in the store and nobody else's here. @throws MovingError */
export const checkObjects = async (
  blobs: readonly MovedBlob[],
  blobStore: BlobStore,
  known: (objectKeys: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<void> => {
  const others = await known(blobs.map(({ objectKey }) => objectKey));
  if (others.size > 0)
    throw new MovingError('A blob of the stream has the object of another blob here. Export with the blobs.');
  const stored = await Promise.all(blobs.map(({ objectKey }) => blobStore.inspect(objectKey, -1)));
  const missing = blobs.find(({ sizeBytes }, index) => stored[index]?.sizeBytes !== sizeBytes);
  if (!missing) return;
  throw new MovingError(
    `The blob ${missing.hash} is not in the blob store of this server. Copy the blobs first, or export with them.`,
  );
};
