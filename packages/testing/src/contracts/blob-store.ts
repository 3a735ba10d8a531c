import { afterAll, beforeAll, describe } from 'vitest';
import { describeDownloads } from './blob-store/downloads.js';
import { describeObjects } from './blob-store/objects.js';
import type { OpenedBlobStore } from './blob-store/opened-blob-store.js';
import { describeParts } from './blob-store/parts.js';
import { describeUploads } from './blob-store/uploads.js';
import { describeUrls } from './blob-store/urls.js';

export interface BlobStoreContract {
  /** Opens a store; called once for the whole suite. */
  open(): Promise<OpenedBlobStore>;
}

/** The contract of a blob store, through its signed URLs as a client calls them. */
export const describeBlobStore = (name: string, contract: BlobStoreContract): void => {
  describe(`blob store: ${name}`, () => {
    let current: OpenedBlobStore | undefined;
    const opened = (): OpenedBlobStore => {
      if (current === undefined) throw new Error(`The blob store ${name} is not open.`);
      return current;
    };
    beforeAll(async () => {
      current = await contract.open();
    });
    afterAll(async () => {
      await current?.close();
    });
    for (const describeConcern of [describeUploads, describeParts, describeUrls, describeDownloads, describeObjects]) {
      describeConcern(opened);
    }
  });
};
