import { createHash } from 'node:crypto';
import { type BlobStore, systemClock } from '@synckeep/core';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { createS3BlobStore } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';

/** `s3://bucket/prefix?endpoint=https://…` for a bucket; anything else is a folder, for a first try without one. */
export const openBlobStore = (place: string, appSecret: string, baseUrl: () => string): BlobStore => {
  if (place.startsWith('s3://')) return createS3BlobStore(openS3(place));
  const secret = { id: 'app', bytes: createHash('sha256').update(`sync ${appSecret}`).digest() };
  return createFilesystemBlobStore({ folder: place, baseUrl, clock: systemClock, secrets: { list: () => [secret] } });
};
