import { chunkLength, createCutter, headerLength } from '../crypto/blob-chunks.js';
import { blobHeader, encryptBlobChunk } from '../crypto/blob-stream.js';
import { encryptedBlobLength } from '../crypto/index.js';
import { BlobError } from './blob-error.js';
import type { BlobSource } from './blob-source.js';
import { chunksOf } from './byte-streams.js';

/** The key of a blob and the prefix of its nonces. */
export interface BlobSecret {
  readonly key: Uint8Array;
  readonly prefix: Uint8Array;
}

const sealedLength = encryptedBlobLength(chunkLength) - headerLength;

/** The plaintext of the chunks from `first` to `last`, each whole. */
async function* plainChunks(source: BlobSource, first: number, last: number): AsyncGenerator<Uint8Array> {
  const start = first * chunkLength;
  const end = Math.min(source.size, (last + 1) * chunkLength);
  const ready: Uint8Array[] = [];
  const cutter = createCutter(chunkLength, (piece) => ready.push(piece));
  let length = 0;
  for await (const bytes of chunksOf(source.open(start, end))) {
    length += bytes.length;
    if (length > end - start) throw new BlobError('source_changed');
    cutter.push(bytes);
    yield* ready.splice(0);
  }
  if (length !== end - start) throw new BlobError('source_changed');
  cutter.end();
  yield* ready.splice(0);
}

/**
 * The encrypted bytes of a source from `start` up to `end`, as they stand in the whole blob: nothing before them is read
 * or encrypted, so that a part of a large blob can be sent again.
 */
export async function* encryptedRange(
  source: BlobSource,
  { key, prefix }: BlobSecret,
  start = 0,
  end: number = encryptedBlobLength(source.size),
): AsyncGenerator<Uint8Array> {
  if (start < headerLength) yield blobHeader(prefix).subarray(start, end);
  if (end <= headerLength) return;
  const lastOfAll = Math.max(0, Math.ceil(source.size / chunkLength) - 1);
  const chunkAt = (offset: number): number => Math.floor((offset - headerLength) / sealedLength);
  const first = chunkAt(Math.max(start, headerLength));
  let index = first;
  for await (const piece of plainChunks(source, first, Math.min(lastOfAll, chunkAt(end - 1)))) {
    const at = headerLength + index * sealedLength;
    const sealed = encryptBlobChunk(key, prefix, index, index === lastOfAll, piece);
    yield sealed.subarray(Math.max(0, start - at), end - at);
    index++;
  }
}
