import type { S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { blobHeaders, type Clock, type SignedUpload } from '@synckeep/core';
import type { Upload } from './bucket.js';
import { getObject, putObject, uploadPart } from './plain-commands.js';

/** Signs URLs for one bucket. Each binds method, key and expiry, those for a PUT its exact length too. */
export interface UrlSigner {
  put(key: string, sizeBytes: number, expiresAt: number): Promise<string>;
  /** Also binds the SHA-256 (hex), as a header that the client must send. */
  putWithChecksum(key: string, sizeBytes: number, sha256: string, expiresAt: number): Promise<SignedUpload>;
  part(upload: Upload, partNumber: number, sizeBytes: number, expiresAt: number): Promise<string>;
  get(key: string, expiresAt: number): Promise<string>;
}

const checksumHeader = 'x-amz-checksum-sha256';

export const createUrlSigner = (client: S3Client, bucket: string, clock: Clock): UrlSigner => {
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  /** S3 counts in whole seconds from the second of the signature. */
  const until = (expiresAt: number) => {
    const now = Math.floor(clock.now() / 1000);
    return { signingDate: new Date(now * 1000), expiresIn: Math.max(1, Math.floor(expiresAt / 1000) - now) };
  };
  const withLength = (expiresAt: number) => ({ ...until(expiresAt), signableHeaders: new Set(['content-length']) });

  return {
    put(key, sizeBytes, expiresAt) {
      return getSignedUrl(client, putObject({ ...at(key), ContentLength: sizeBytes }), withLength(expiresAt));
    },

    async putWithChecksum(key, sizeBytes, sha256, expiresAt) {
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      const command = putObject({ ...at(key), ContentLength: sizeBytes, ChecksumSHA256: checksum });
      // In the query, where the presigner would move it, AWS ignores it.
      const options = { ...withLength(expiresAt), unhoistableHeaders: new Set([checksumHeader]) };
      return { url: await getSignedUrl(client, command, options), headers: { [checksumHeader]: checksum } };
    },

    part(upload, partNumber, sizeBytes, expiresAt) {
      const { key, uploadId } = upload;
      const command = uploadPart({ ...at(key), UploadId: uploadId, PartNumber: partNumber, ContentLength: sizeBytes });
      return getSignedUrl(client, command, withLength(expiresAt));
    },

    get(key, expiresAt) {
      const command = getObject({
        ...at(key),
        ResponseContentType: blobHeaders['content-type'],
        ResponseContentDisposition: blobHeaders['content-disposition'],
        ResponseCacheControl: 'no-store',
      });
      return getSignedUrl(client, command, until(expiresAt));
    },
  };
};
