import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Log, type Secrets, systemClock } from '@synckeep/core';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { chainOf } from './backend.js';
import type { BlobPlace } from './blob-place.js';
import type { OpenedBlobs } from './opened.js';
import { prepareFolder } from './prepare-folder.js';
import { Refusal } from './refusal.js';
import { toPlace } from './service-url.js';

export interface BlobOptions {
  readonly place: BlobPlace;
  /** What names the place: `SYNCKEEP_BLOBS_URL or --blobs`. */
  readonly source: string;
  /** A place that blobs are moved away from: it must be there. */
  readonly isFormer?: boolean;
  readonly secrets: Secrets;
  /** Where clients reach the operations, with the prefix. */
  readonly baseUrl: () => string;
  readonly log: Log;
}

const openFolder = (path: string, { source, isFormer, secrets, baseUrl }: BlobOptions): OpenedBlobs => {
  if (isFormer && !statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Refusal(`There is no folder ${resolve(path)} to read blobs from. Name another one with ${source}.`);
  }
  const folder = prepareFolder(path, source);
  const blobStore = createFilesystemBlobStore({ folder, baseUrl, secrets, clock: systemClock });
  return {
    kind: 'folder',
    folder,
    blobStore,
    check: () => blobStore.health(),
    explain: () => undefined,
    async close() {},
  };
};

/** Whether the SDK made the error, and not another backend that may be down at the same time. */
const isS3Error = (error: Error): boolean => '$metadata' in error || error.name === 'CredentialsProviderError';

/** A bucket. The SDK is loaded here and only here, so that others do not pay for it. */
const openBucket = async (url: string, { source, log }: BlobOptions): Promise<OpenedBlobs> => {
  // Standard error is a log here, and this release of the program supports the versions of Node that the SDK warns of.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const [{ createS3BlobStore }, { openS3 }] = await Promise.all([import('@synckeep/s3'), import('@synckeep/s3/open')]);
  /** What the adapter refuses it says in a sentence, which does not know where the bucket was named. */
  const refuse = (error: unknown): never => {
    if (!(error instanceof Error)) throw error;
    throw new Refusal(`${source}: ${error.message}`, { cause: error });
  };
  const { client, ...bucket } = await Promise.resolve(url).then(openS3).catch(refuse);
  const blobStore = createS3BlobStore({ client, ...bucket, clock: systemClock, log });
  return {
    kind: 's3',
    folder: null,
    blobStore,
    check: () => blobStore.health().catch(refuse),
    explain(error) {
      const fault = chainOf(error).find(isS3Error);
      return fault && `The bucket ${toPlace(url)} cannot be used now (${fault.name}: ${fault.message}).`;
    },
    async close() {
      client.destroy();
    },
  };
};

/** Opens the place where encrypted files are kept. @throws Refusal when the folder or the URL cannot be used. */
export const openBlobs = async (options: BlobOptions): Promise<OpenedBlobs> => {
  const { place } = options;
  return place.kind === 's3' ? openBucket(place.url, options) : openFolder(place.path, options);
};
