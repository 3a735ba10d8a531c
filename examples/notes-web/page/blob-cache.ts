import type { BlobCache } from '@synckeep/client';

const addressOf = (hash: string): string => `/cached-blobs/${hash}`;

/** Keeps attachments near, encrypted as the server has them, so that they open offline. The browser may clear it any time. */
export const createWebBlobCache = (name: string): BlobCache => {
  const opening = caches.open(name);
  return {
    async read(hash) {
      const kept = await (await opening).match(addressOf(hash));
      return kept?.body ?? null;
    },
    async write(hash) {
      let parts: Uint8Array<ArrayBuffer>[] = [];
      return {
        async write(bytes) {
          parts.push(new Uint8Array(bytes));
        },
        async commit() {
          await (await opening).put(addressOf(hash), new Response(new Blob(parts)));
        },
        async abort() {
          parts = [];
        },
      };
    },
    async delete(hash) {
      await (await opening).delete(addressOf(hash));
    },
  };
};
