import type { ApiCalls } from '../api/call.js';
import { createPatience } from '../api/patience.js';
import { systemTimers, type Timers } from '../sync/timers.js';
import type { BlobCache } from './blob-cache.js';
import { type BlobNotes, createMemoryBlobNotes } from './blob-notes.js';
import { type BlobRef, keyOf } from './blob-ref.js';
import { type BlobInput, toBlobSource } from './blob-source.js';
import { downloadBlob } from './download-blob.js';
import { createPutBlob, type PutBytes } from './transfer.js';
import { createUpload } from './upload-blob.js';

export interface BlobProgress {
  /** Encrypted bytes that have passed. */
  readonly done: number;
  readonly total: number;
}

export interface BlobRun {
  readonly onProgress?: (progress: BlobProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BlobsOptions {
  readonly call: ApiCalls;
  /** For signed URLs, which carry no token. */
  readonly fetch?: typeof globalThis.fetch;
  /** How bytes are sent; in Node give `createPutStream()`, which holds nothing in memory. */
  readonly put?: PutBytes;
  readonly notes?: BlobNotes;
  readonly cache?: BlobCache;
  /** The wish for the size of a part, where the server takes a large blob in parts. Bytes. */
  readonly partSize?: number;
  readonly timers?: Timers;
}

/** Encrypted files beside the rows. What fails does so with ApiError, BlobError or CryptoError. */
export interface Blobs {
  /**
   * Encrypts and uploads. The same bytes are uploaded once, and an upload that broke off goes on where it was, as far as
   * the server and `notes` allow.
   */
  upload(input: BlobInput, run?: BlobRun): Promise<BlobRef>;
  /** The verified plaintext. The stream fails with CryptoError `tampered_blob` before it gives out anything else. */
  download(ref: BlobRef, run?: BlobRun): ReadableStream<Uint8Array>;
  /**
   * Uploads again, out of the cache, what the server does not have any more.
   * @returns false when the cache has no good copy: upload the file itself then
   */
  restore(ref: BlobRef, run?: BlobRun): Promise<boolean>;
  /**
   * Removes it from the server and the cache. Rows that refer to it keep a dead reference, and a device that pushes such a
   * row uploads its own copy again, so take it out of the rows first.
   */
  delete(ref: BlobRef): Promise<void>;
}

export const createBlobs = (options: BlobsOptions): Blobs => {
  const { call, fetch = globalThis.fetch, cache = null, timers = systemTimers } = options;
  const { put = createPutBlob(fetch), notes = createMemoryBlobNotes(), partSize } = options;
  const patiently = createPatience(timers);
  const { upload, restore } = createUpload({ call, put, notes, cache, patiently, partSize: partSize ?? null });
  return {
    upload: (input, run = {}) => upload(toBlobSource(input), run),
    download: (ref, run = {}) => downloadBlob({ call, fetch, cache, patiently }, ref, keyOf(ref), run),
    restore: (ref, run = {}) => restore(ref, run),
    async delete({ hash }) {
      await call('deleteBlob', { params: { hash } });
      await cache?.delete(hash);
    },
  };
};
