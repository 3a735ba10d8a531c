import type { PartsTarget, PartUploads, SignedPart } from '@synckeep/core';
import type { Bucket, OpenUpload, StoredPart, Upload } from './bucket.js';
import type { Places } from './places.js';
import type { UrlSigner } from './url-signer.js';

export interface S3PartUploads extends PartUploads {
  /**
   * Makes the object of the parts when all are there.
   * @returns false when there is nothing to be made one: look no further. true: look at the object again.
   */
  complete(objectKey: string, sizeBytes: number): Promise<boolean>;
  drop(objectKey: string): Promise<void>;
}

const lengthOf = ({ sizeBytes, partBytes }: PartsTarget, partNumber: number): number =>
  Math.min(partBytes, sizeBytes - (partNumber - 1) * partBytes);

/** Signing takes a millisecond and more for each, so others get their turn between two. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Multipart uploads straight to the place of the object: no URL reaches it any more once it is put together. */
export const createPartUploads = (bucket: Bucket, places: Places, signer: UrlSigner): S3PartUploads => {
  async function* openOf(key: string): AsyncGenerator<OpenUpload> {
    for await (const upload of bucket.uploads(key)) if (upload.key === key) yield upload;
  }

  /** The last one: where a request to begin was repeated, an earlier one stands beside it that nobody knows. */
  const find = async (key: string): Promise<Upload | null> => {
    let found: OpenUpload | null = null;
    for await (const upload of openOf(key)) if (!found || upload.begunAt >= found.begunAt) found = upload;
    return found;
  };

  const sign = async (upload: Upload, target: PartsTarget, stored: readonly StoredPart[]): Promise<SignedPart[]> => {
    const sizeByNumber = new Map(stored.map(({ partNumber, sizeBytes }) => [partNumber, sizeBytes]));
    const signed: SignedPart[] = [];
    const count = Math.ceil(target.sizeBytes / target.partBytes);
    for (let partNumber = 1; partNumber <= count && signed.length < target.limit; partNumber += 1) {
      const length = lengthOf(target, partNumber);
      if (sizeByNumber.get(partNumber) === length) continue;
      signed.push({ partNumber, url: await signer.part(upload, partNumber, length, target.expiresAt) });
      await nextTurn();
    }
    return signed;
  };

  return {
    async begin(target) {
      return sign(await bucket.beginUpload(places.object(target.objectKey)), target, []);
    },

    async resume(target) {
      const key = places.object(target.objectKey);
      const upload = await find(key);
      const stored = upload && (await bucket.parts(upload));
      if (upload && stored) return sign(upload, target, stored);
      const whole = await bucket.head(key);
      return whole?.sizeBytes === target.sizeBytes ? [] : null;
    },

    async complete(objectKey, sizeBytes) {
      const upload = await find(places.object(objectKey));
      if (!upload) return false;
      const parts = await bucket.parts(upload);
      if (!parts) return true;
      const isWhole =
        parts.every(({ partNumber }, i) => partNumber === i + 1) &&
        parts.reduce((sum, part) => sum + part.sizeBytes, 0) === sizeBytes;
      if (!isWhole) return false;
      await bucket.completeUpload(upload, parts);
      return true;
    },

    async drop(objectKey) {
      for await (const upload of openOf(places.object(objectKey))) await bucket.abortUpload(upload);
    },
  };
};
