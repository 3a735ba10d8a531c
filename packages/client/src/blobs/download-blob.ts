import type { ApiCalls } from '../api/call.js';
import type { Patience } from '../api/patience.js';
import { createBlobDecryption } from '../crypto/index.js';
import { type BlobCache, intoCache } from './blob-cache.js';
import { type BlobRef, encryptedSizeOf } from './blob-ref.js';
import { chunksOf, toStream } from './byte-streams.js';
import type { BlobRun } from './create-blobs.js';
import { getBytes, unreachable } from './transfer.js';

interface DownloadMeans {
  readonly call: ApiCalls;
  readonly fetch: typeof globalThis.fetch;
  readonly cache: BlobCache | null;
  readonly patiently: Patience;
}

/** How often in a row a line may break before it brings a byte. */
const maxStalls = 3;

/** The encrypted bytes from the server. A line that breaks is taken up where it broke, with a new URL. */
async function* fetchBlob(
  { call, fetch, patiently }: DownloadMeans,
  ref: BlobRef,
  { signal }: BlobRun,
): AsyncGenerator<Uint8Array> {
  const total = encryptedSizeOf(ref);
  let done = 0;
  let stalls = 0;
  const open = () =>
    patiently(async () => {
      const { body } = await call('downloadBlob', { body: { hash: ref.hash }, ...(signal && { signal }) });
      return getBytes(fetch, body.download_url, done, signal);
    }, signal);
  while (done < total) {
    const before = done;
    const chunks = chunksOf(await open());
    try {
      for await (const bytes of chunks) {
        done += bytes.length;
        yield bytes;
      }
      // Whatever came is for the decryption to judge.
      return;
    } catch (error) {
      signal?.throwIfAborted();
      stalls = done === before ? stalls + 1 : 0;
      if (stalls === maxStalls) throw unreachable(error, signal);
    }
  }
}

async function* fromCache(
  cache: BlobCache,
  ref: BlobRef,
  plain: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* plain;
  } catch (error) {
    // A damaged copy must not be found again.
    await cache.delete(ref.hash);
    throw error;
  }
}

async function* counted(chunks: AsyncGenerator<Uint8Array>, ref: BlobRef, { onProgress }: BlobRun) {
  const total = encryptedSizeOf(ref);
  let done = 0;
  for await (const bytes of chunks) {
    done += bytes.length;
    onProgress?.({ done, total });
    yield bytes;
  }
}

export const downloadBlob = (
  means: DownloadMeans,
  ref: BlobRef,
  key: Uint8Array,
  run: BlobRun,
): ReadableStream<Uint8Array> => {
  const decrypt = (encrypted: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> =>
    chunksOf(toStream(counted(encrypted, ref, run)).pipeThrough(createBlobDecryption(key)));

  async function* deliver(): AsyncGenerator<Uint8Array> {
    const { cache } = means;
    const near = await cache?.read(ref.hash);
    if (cache && near) yield* fromCache(cache, ref, decrypt(chunksOf(near)));
    else if (cache) yield* intoCache(cache, ref, fetchBlob(means, ref, run), decrypt);
    else yield* decrypt(fetchBlob(means, ref, run));
  }
  return toStream(deliver());
};
