import { SyncError } from '@synckeep/protocol';
import type { StoredObject } from '../ports/index.js';

/** A running SHA-256, as `createHash('sha256')` of Node. */
export interface Digest {
  update(chunk: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

async function* untilLost(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    throw new SyncError('blob_mismatch', { cause });
  }
}

/**
 * The bytes as they come.
 * @throws SyncError `blob_mismatch` unless they are those of the object: as soon as too many came, at the end for
 * another hash, and when they end early or break off.
 */
export async function* verifiedChunks(
  chunks: AsyncIterable<Uint8Array>,
  { sizeBytes, hash }: StoredObject,
  digest: Digest,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of untilLost(chunks)) {
    received += chunk.length;
    if (received > sizeBytes) throw new SyncError('blob_mismatch');
    digest.update(chunk);
    yield chunk;
  }
  if (received !== sizeBytes || digest.digest('hex') !== hash) throw new SyncError('blob_mismatch');
}
