export { type BlobCache, type BlobCacheEntry, createMemoryBlobCache } from './blob-cache.js';
export { BlobError, type BlobErrorCode } from './blob-error.js';
export { type BlobNote, type BlobNotes, createMemoryBlobNotes } from './blob-notes.js';
export type { BlobRef } from './blob-ref.js';
export type { BlobInput, BlobSource } from './blob-source.js';
export { type BlobProgress, type BlobRun, type Blobs, type BlobsOptions, createBlobs } from './create-blobs.js';
export { createPutBlob, createPutStream, type PutBytes, type PutRequest } from './transfer.js';
