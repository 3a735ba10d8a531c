import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type Answer,
  type BlobStore,
  type Call,
  type Clock,
  createUrlSigner,
  type ListedObject,
  type Secrets,
  toAcceptance,
  toDownloadAnswer,
} from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { isDiskFault, toUnavailable } from './disk-fault.js';
import { makeFolder, pruneFolders, syncFolder, syncFolders } from './folders.js';
import { createIncoming } from './incoming.js';
import { listObjects } from './list-objects.js';
import { readBytes, readObject } from './object-file.js';
import { toObjectPath } from './object-path.js';
import { storeUpload } from './upload.js';

export interface FilesystemBlobStoreOptions {
  /** Where the blobs are; made when it is missing. One file system, with hard links. */
  readonly folder: string;
  /** Where clients reach the operations, with the prefix: `https://sync.example.org/api/sync`. Asked for each URL. */
  readonly baseUrl: () => string;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * Blobs as files of a local disk, behind signed URLs of its own. What it acknowledges survives a crash of the machine.
 * Several stores, also in several processes, may share one folder.
 */
export const createFilesystemBlobStore = (options: FilesystemBlobStoreOptions): BlobStore => {
  const { clock } = options;
  const folder = resolve(options.folder);
  const objects = join(folder, 'objects');
  const incoming = createIncoming(join(folder, 'incoming'), clock);
  const signer = createUrlSigner(options);
  const pathOf = (objectKey: string): string => join(objects, toObjectPath(objectKey));

  const prepare = async (): Promise<void> => {
    const made = await makeFolder(objects);
    await syncFolders(folder, made === null ? folder : dirname(made));
    await incoming.sweep();
  };
  let prepared: Promise<void> | null = null;
  const ready = (): Promise<void> => {
    prepared ??= prepare().catch((error) => {
      prepared = null;
      throw error;
    });
    return prepared;
  };

  const write: BlobStore['write'] = async ({ objectKey, sizeBytes, hash }, chunks) => {
    await ready();
    await storeUpload(chunks, { path: pathOf(objectKey), top: objects, sizeBytes, hash }, incoming, clock);
  };

  const upload = async (call: Call, rest: string): Promise<Answer> => {
    const grant = signer.verifyUpload(call, rest);
    await write(grant, call.body.chunks());
    return { status: 200, headers: { 'cache-control': 'no-store', etag: `"${grant.hash}"` }, body: null };
  };

  const download = async (call: Call, rest: string): Promise<Answer> => {
    const path = pathOf(signer.verifyDownload(call, rest));
    const object = await readObject(path);
    if (!object) throw new SyncError('blob_not_found');
    if (object.hash === '') throw new Error('An object file was changed by something else.');
    return toDownloadAnswer(call, { ...object, open: (range) => readBytes(path, range) });
  };

  return {
    async signUpload(target) {
      // The hash is part of the signature, so it is enforced without a header.
      return { url: signer.signUpload(target), headers: {} };
    },

    parts: null,

    async accept(object) {
      return toAcceptance(await readObject(pathOf(object.objectKey)), object);
    },

    async signDownload(objectKey, expiresAt) {
      return signer.signDownload(objectKey, expiresAt);
    },

    async inspect(objectKey, _expectedSize) {
      return readObject(pathOf(objectKey));
    },

    async read(objectKey) {
      const path = pathOf(objectKey);
      const object = await readObject(path);
      return object ? readBytes(path, { start: 0, end: object.sizeBytes }) : null;
    },

    write,

    async delete(objectKey) {
      const path = pathOf(objectKey);
      try {
        await rm(path);
        await syncFolder(dirname(path));
      } catch (error) {
        if (!isDiskFault(error, 'ENOENT')) throw error;
      }
      await pruneFolders(dirname(path), objects);
    },

    async list(after, limit) {
      if (after === null) await incoming.sweep();
      const page: ListedObject[] = [];
      if (limit <= 0) return page;
      for await (const object of listObjects(objects, after)) {
        page.push(object);
        if (page.length === limit) break;
      }
      return page;
    },

    async health() {
      await ready();
      await incoming.probe();
    },

    routes: [
      {
        methods: ['GET', 'HEAD', 'PUT'],
        path: signer.routePath,
        async handle(call, rest) {
          try {
            return await (call.method === 'PUT' ? upload(call, rest) : download(call, rest));
          } catch (error) {
            throw toUnavailable(error);
          }
        },
      },
    ],
  };
};
