import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobCache } from '../blob-cache.js';
import { toStream } from '../byte-streams.js';
import { readFileRange } from './file-source.js';

/** A cache in a folder of its own. Nothing is dropped by itself: delete files of the folder at any time. */
export const createFolderBlobCache = (folder: string): BlobCache => {
  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError('A blob is named by 64 hex digits.');
    return join(folder, hash);
  };

  async function* read(path: string, size: number): AsyncGenerator<Uint8Array> {
    for await (const bytes of readFileRange(path, 0, size)) yield bytes;
  }

  return {
    async read(hash) {
      const path = pathOf(hash);
      try {
        const { size } = await stat(path);
        return toStream(read(path, size));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },

    async write(hash) {
      await mkdir(folder, { recursive: true });
      const unfinished = join(folder, `${randomUUID()}.part`);
      const file = await open(unfinished, 'wx', 0o600);
      return {
        async write(bytes) {
          await file.writeFile(bytes);
        },
        async commit() {
          await file.close();
          await rename(unfinished, pathOf(hash));
        },
        async abort() {
          await file.close();
          await rm(unfinished, { force: true });
        },
      };
    },

    async delete(hash) {
      await rm(pathOf(hash), { force: true });
    },
  };
};
