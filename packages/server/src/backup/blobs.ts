import { createHash } from 'node:crypto';
import { inParts } from './files.js';
import type { Repository } from './repository.js';

/** A blob is kept in parts of this size, so that one of many gigabytes needs little memory to be sealed and opened. */
const partBytes = 8 * 1024 * 1024;
export const blobPrefix = 'blobs/';

const toPartKey = (hash: string, index: number): string => `${blobPrefix}${hash}-${index}`;

/** The hash of the blob that a file is a part of; null when it is none. */
export const hashOfPart = (key: string): string | null => /^blobs\/([0-9a-f]{64})-[0-9]+$/.exec(key)?.[1] ?? null;

/** Whether a file says that its blob is whole: the first part is written last. */
export const isFirstPart = (key: string): boolean => key.endsWith('-0');

const partsOf = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / partBytes));

/**
 * Stores a blob under its hash. Nothing of it counts before the bytes are proven.
 * @returns false, with nothing kept, when they are not those of the hash.
 */
export const writeBlob = async (
  repository: Repository,
  { hash, sizeBytes }: { readonly hash: string; readonly sizeBytes: number },
  source: AsyncIterable<Uint8Array>,
): Promise<boolean> => {
  const sum = createHash('sha256');
  let first: Uint8Array = new Uint8Array();
  let count = 0;
  let size = 0;
  for await (const part of inParts(source, partBytes)) {
    sum.update(part);
    size += part.length;
    if (size > sizeBytes) break;
    if (count === 0) first = part;
    else {
      // A killed backup may have left one, of whatever it read.
      await repository.delete(toPartKey(hash, count));
      await repository.put(toPartKey(hash, count), part);
    }
    count += 1;
  }
  if (size === sizeBytes && sum.digest('hex') === hash) {
    await repository.put(toPartKey(hash, 0), first);
    return true;
  }
  for (let index = 1; index < count; index++) await repository.delete(toPartKey(hash, index));
  return false;
};

/** The bytes of a blob. Whoever reads them proves them by their hash. @throws DamageError that names a part */
export async function* readBlob(
  repository: Repository,
  { hash, sizeBytes }: { readonly hash: string; readonly sizeBytes: number },
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < partsOf(sizeBytes); index++) yield await repository.get(toPartKey(hash, index));
}

export const firstPartOf = (hash: string): string => toPartKey(hash, 0);
