import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange, StoredObject } from '@synckeep/core';
import { isDiskFault } from './disk-fault.js';

/**
 * An object file is the blob followed by 40 bytes: the SHA-256 of the blob, as it was computed while the bytes were
 * written, and a mark. So size and hash of gigabytes are known without reading them.
 */
const mark = Buffer.from('skblob1\n', 'latin1');
const hashLength = 32;
const trailerLength = hashLength + mark.length;
const chunkLength = 128 * 1024;

export const toTrailer = (hash: string): Buffer => Buffer.concat([Buffer.from(hash, 'hex'), mark]);

const readAt = async (handle: FileHandle, length: number, position: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
};

/** null when there is no file. The hash is "" when the file is not one that this store finished. */
export const readObject = async (path: string): Promise<StoredObject | null> => {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (isDiskFault(error, 'ENOENT') || isDiskFault(error, 'ENOTDIR')) return null;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const sizeBytes = Math.max(0, size - trailerLength);
    const trailer = await readAt(handle, trailerLength, sizeBytes);
    const isFinished = trailer.length === trailerLength && trailer.subarray(hashLength).equals(mark);
    return { sizeBytes, hash: isFinished ? trailer.toString('hex', 0, hashLength) : '' };
  } finally {
    await handle.close();
  }
};

/**
 * The bytes of a range in chunks that are the reader's to keep. Opens the file when the first
 * one is asked for and closes it when the reader leaves. @throws when the file ends early.
 */
export async function* readBytes(path: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  if (start >= end) return;
  const handle = await open(path, 'r');
  try {
    for (let at = start; at < end; ) {
      const chunk = await readAt(handle, Math.min(chunkLength, end - at), at);
      if (chunk.length === 0) throw new Error('An object file ended before its size.');
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}
