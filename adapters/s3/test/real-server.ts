import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from '@synckeep/core';
import { createS3BlobStore, type S3BlobStoreOptions } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';
import { describe, test } from 'vitest';

/** An S3 server that checks signatures: its URL as `openS3` takes it, its credentials in the environment of the SDK. */
export const testUrl = process.env['SYNCKEEP_TEST_S3_URL'] ?? '';
const isRequired = (process.env['SYNCKEEP_REQUIRE'] ?? '').split(',').includes('s3');
const reason = 'SYNCKEEP_TEST_S3_URL is not set; scripts/services/s3.sh starts a server and prints it';

/** Tests that need the server. Without one they are skipped aloud, or fail where SYNCKEEP_REQUIRE names s3. */
export const describeRealS3 = (name: string, run: () => void): void => {
  if (testUrl !== '') {
    describe(name, run);
  } else if (isRequired) {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    console.warn(`${name}: skipped, because ${reason}.`);
    test.skip(`${name} (${reason})`, () => {});
  }
};

export interface RealS3 {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly options: S3BlobStoreOptions;
  readonly store: BlobStore;
  /** Removes everything below the prefix. */
  close(): Promise<void>;
}

const makeBucket = async (): Promise<void> => {
  const { client, bucket } = openS3(testUrl);
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof Error && /^BucketAlready/.test(error.name))) throw error;
  } finally {
    client.destroy();
  }
};
let made: Promise<void> | null = null;

/** A store below a prefix of its own, in a bucket that is made when it is missing. */
export const openRealS3 = async (over: Partial<S3BlobStoreOptions> = {}): Promise<RealS3> => {
  made ??= makeBucket();
  await made;
  const opened = openS3(testUrl);
  const { client, bucket } = opened;
  const prefix = `${opened.prefix}test-${randomUUID()}/`;
  const options = { ...opened, prefix, ...over };
  const store = createS3BlobStore(options);
  return {
    client,
    bucket,
    prefix,
    options,
    store,
    async close() {
      for (;;) {
        const left = await store.list(null, 1000);
        if (left.length === 0) break;
        await Promise.all(left.map(({ objectKey }) => store.delete(objectKey)));
      }
      client.destroy();
    },
  };
};

/** Real time cannot be moved; a server has its own. */
export const untilPast = async (time: number): Promise<void> => {
  await wait(Math.max(0, time - Date.now()));
};
