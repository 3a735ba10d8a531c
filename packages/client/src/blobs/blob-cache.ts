import type { BlobRef } from './blob-ref.js';

/** Bytes on their way into a cache. */
export interface BlobCacheEntry {
  write(bytes: Uint8Array): Promise<void>;
  /** The blob is whole: from now on it is found. */
  commit(): Promise<void>;
  /** Forgets what was written. */
  abort(): Promise<void>;
}

/** Where blobs that were downloaded or uploaded are kept near, encrypted as the server has them. It may drop any at any time. */
export interface BlobCache {
  /** null when it is not there. */
  read(hash: string): Promise<ReadableStream<Uint8Array> | null>;
  write(hash: string): Promise<BlobCacheEntry>;
  delete(hash: string): Promise<void>;
}

/** Encrypted bytes on their way through `use`, which a cache keeps when that comes to its end. */
export async function* intoCache(
  cache: BlobCache,
  { hash }: Pick<BlobRef, 'hash'>,
  encrypted: AsyncGenerator<Uint8Array>,
  use: (encrypted: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const entry = await cache.write(hash);
  async function* written(): AsyncGenerator<Uint8Array> {
    for await (const bytes of encrypted) {
      await entry.write(bytes);
      yield bytes;
    }
  }
  let isWhole = false;
  try {
    yield* use(written());
    isWhole = true;
  } finally {
    await (isWhole ? entry.commit() : entry.abort());
  }
}

const toReadable = (parts: readonly Uint8Array[]): ReadableStream<Uint8Array> => {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        const part = parts[at++];
        if (part) controller.enqueue(part);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};

/** A cache that lasts as long as the program and drops what was used longest ago. @param maxBytes for all blobs together */
export const createMemoryBlobCache = (maxBytes: number): BlobCache => {
  const blobs = new Map<string, { readonly parts: readonly Uint8Array[]; readonly size: number }>();
  let total = 0;

  const remove = (hash: string): void => {
    total -= blobs.get(hash)?.size ?? 0;
    blobs.delete(hash);
  };

  const add = (hash: string, parts: readonly Uint8Array[], size: number): void => {
    remove(hash);
    blobs.set(hash, { parts, size });
    total += size;
    for (const oldest of blobs.keys()) {
      if (total <= maxBytes) return;
      remove(oldest);
    }
  };

  return {
    async read(hash) {
      const blob = blobs.get(hash);
      if (!blob) return null;
      add(hash, blob.parts, blob.size);
      return toReadable(blob.parts);
    },
    async write(hash) {
      let parts: Uint8Array[] = [];
      let size = 0;
      return {
        async write(bytes) {
          size += bytes.length;
          // What can never fit is not held either.
          if (size > maxBytes) parts = [];
          else parts.push(bytes.slice());
        },
        async commit() {
          if (size <= maxBytes) add(hash, parts, size);
        },
        async abort() {
          parts = [];
        },
      };
    },
    async delete(hash) {
      remove(hash);
    },
  };
};
