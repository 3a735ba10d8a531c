import { createHash } from 'node:crypto';
import { type BlobStore, type Log, type NewObject, verifiedChunks } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import type { Bucket, StoredPart, Upload } from './bucket.js';
import type { Places } from './places.js';

const MiB = 1024 * 1024;

/** What is held in memory at a time. */
const partBytesFor = (sizeBytes: number): number => Math.max(8 * MiB, Math.ceil(sizeBytes / limits.partsPerBlob));

/** The same bytes in parts of `partBytes`, the last one shorter; at least one. */
async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  partBytes: number,
): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  let part = new Uint8Array(Math.min(partBytes, left));
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === part.length) {
        yield part;
        left -= filled;
        part = new Uint8Array(Math.min(partBytes, left));
        filled = 0;
      }
      const taken = chunk.subarray(at, at + part.length - filled);
      part.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  yield part;
}

interface Means {
  readonly bucket: Bucket;
  readonly places: Places;
  readonly log: Log;
}

/** `write` of the port: nothing is visible before the last byte was compared. */
export const createWrite = ({ bucket, places, log }: Means): BlobStore['write'] => {
  const writeAtOnce = async (key: string, { hash }: NewObject, parts: AsyncIterable<Uint8Array>): Promise<void> => {
    let whole: Uint8Array = new Uint8Array();
    for await (const part of parts) whole = part;
    await bucket.put(key, whole, hash);
  };

  const complete = async (upload: Upload, stored: readonly StoredPart[], sizeBytes: number): Promise<void> => {
    if (await bucket.completeUpload(upload, stored)) return;
    // Its answer may have been lost, and the request repeated.
    if ((await bucket.head(upload.key))?.sizeBytes !== sizeBytes)
      throw new Error('Something else ended an upload to S3.');
  };

  const writeInParts = async (key: string, sizeBytes: number, parts: AsyncIterable<Uint8Array>): Promise<void> => {
    const upload = await bucket.beginUpload(key);
    try {
      const stored: StoredPart[] = [];
      for await (const part of parts) stored.push(await bucket.putPart(upload, stored.length + 1, part));
      await complete(upload, stored, sizeBytes);
    } catch (error) {
      await bucket.abortUpload(upload).catch((fault: unknown) => {
        log.warn({ err: fault }, 'A broken upload to S3 could not be dropped; the daily sweep tries it again.');
      });
      throw error;
    }
  };

  return async (object, chunks) => {
    const { objectKey, sizeBytes } = object;
    const key = places.object(objectKey);
    const verified = verifiedChunks(chunks, object, createHash('sha256'));
    if (await bucket.head(key)) {
      for await (const _ of verified);
      return;
    }
    const partBytes = partBytesFor(sizeBytes);
    const parts = inParts(verified, sizeBytes, partBytes);
    await (sizeBytes <= partBytes ? writeAtOnce(key, object, parts) : writeInParts(key, sizeBytes, parts));
  };
};
