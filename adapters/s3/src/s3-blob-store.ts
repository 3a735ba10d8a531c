import type { BlobStore } from '@synckeep/core';
import { createAccept, createLook } from './accept.js';
import { createBucket } from './bucket.js';
import { createHealth } from './health.js';
import { createList } from './list.js';
import { checkOptions, type S3BlobStoreOptions } from './options.js';
import { createPartUploads } from './part-uploads.js';
import { createPlaces } from './places.js';
import { createUrlSigner } from './url-signer.js';
import { createWrite } from './write.js';

/**
 * Blobs in a bucket of S3 or of a server that speaks its protocol. Clients send and fetch the bytes themselves, through
 * signed URLs of the bucket. Several stores, also in several processes, may share one bucket and prefix.
 * @throws OptionsError for an option that cannot be used
 */
export const createS3BlobStore = (options: S3BlobStoreOptions): BlobStore => {
  const { client, bucket: name, profile, prefix, clock, log } = checkOptions(options);
  const bucket = createBucket(client, name, profile.checksums);
  const places = createPlaces(prefix);
  const signer = createUrlSigner(client, name, clock);
  const uploads = createPartUploads(bucket, places, signer);
  const look = createLook(bucket);

  return {
    async signUpload({ objectKey, sizeBytes, hash, expiresAt, checksumHeader }) {
      // Nothing but the right bytes can come this way, so they may come to their place at once.
      if (checksumHeader && profile.checksums) {
        return signer.putWithChecksum(places.object(objectKey), sizeBytes, hash, expiresAt);
      }
      return { url: await signer.put(places.incoming(objectKey), sizeBytes, expiresAt), headers: {} };
    },

    parts: uploads,

    accept: createAccept({ bucket, places, look, uploads, log }),

    async signDownload(objectKey, expiresAt) {
      return signer.get(places.object(objectKey), expiresAt);
    },

    async inspect(objectKey, expectedSize) {
      return look(places.object(objectKey), expectedSize);
    },

    async read(objectKey) {
      const key = places.object(objectKey);
      const head = await bucket.head(key);
      return head && bucket.read(key, head.sizeBytes);
    },

    write: createWrite({ bucket, places, log }),

    async delete(objectKey) {
      await uploads.drop(objectKey);
      await Promise.all([bucket.remove(places.object(objectKey)), bucket.remove(places.incoming(objectKey))]);
    },

    list: createList({ bucket, places, clock, log }),

    health: createHealth({ name, bucket, places, profile }),

    routes: [],
  };
};
