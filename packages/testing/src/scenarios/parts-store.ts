import type { BlobStore, Clock, PartsTarget, SignedPart } from '@synckeep/core';
import { createMemoryBlobStore } from '@synckeep/core/memory';
import { publicUrl } from './setup.js';

/** A store of nothing but part numbers, so that the rules of uploads in parts can be seen without gigabytes. */
export interface PartsStore {
  readonly store: BlobStore;
  /** Uploads these parts of the upload that was begun last. */
  put(...partNumbers: readonly number[]): void;
  /** How many uploads are open. */
  open(): number;
}

const host = 'https://bucket.test';

export const createPartsStore = (clock: Clock): PartsStore => {
  const memory = createMemoryBlobStore({ baseUrl: () => publicUrl, clock });
  const uploads = new Map<string, { readonly count: number; readonly stored: Set<number> }>();

  const sign = ({ objectKey, limit }: PartsTarget): readonly SignedPart[] => {
    const { count = 0, stored } = uploads.get(objectKey) ?? {};
    return Array.from({ length: count }, (_, i) => i + 1)
      .filter((partNumber) => !stored?.has(partNumber))
      .slice(0, limit)
      .map((partNumber) => ({ partNumber, url: `${host}/${objectKey}?partNumber=${partNumber}&signature=none` }));
  };

  return {
    store: {
      ...memory,
      parts: {
        async begin(target) {
          const { objectKey, sizeBytes, partBytes } = target;
          uploads.set(objectKey, { count: Math.ceil(sizeBytes / partBytes), stored: new Set() });
          return sign(target);
        },
        async resume(target) {
          return uploads.has(target.objectKey) ? sign(target) : null;
        },
      },
      async accept({ objectKey }) {
        const upload = uploads.get(objectKey);
        return upload && upload.stored.size === upload.count ? 'accepted' : 'missing';
      },
      async delete(objectKey) {
        uploads.delete(objectKey);
        await memory.delete(objectKey);
      },
    },
    put(...partNumbers) {
      const last = [...uploads.values()].at(-1);
      for (const partNumber of partNumbers) last?.stored.add(partNumber);
    },
    open: () => uploads.size,
  };
};
