import type { BlobStore, Clock, ListedObject, Log } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import type { Bucket } from './bucket.js';
import type { Places } from './places.js';

interface Means {
  readonly bucket: Bucket;
  readonly places: Places;
  readonly clock: Clock;
  readonly log: Log;
}

/** `list` of the port: the accepted objects and the uploads, merged by key. */
export const createList = ({ bucket, places, clock, log }: Means): BlobStore['list'] => {
  const isOld = (time: number): boolean => time < clock.now() - limits.unconfirmedBlobLifetime * 1000;

  const quietly = async (work: Promise<void>, message: string): Promise<void> => {
    try {
      await work;
    } catch (error) {
      log.warn({ err: error }, message);
    }
  };

  const dropOldUploads = async (): Promise<void> => {
    for await (const upload of bucket.uploads(places.objects)) {
      if (isOld(upload.begunAt)) await bucket.abortUpload(upload);
    }
  };

  const page = async (folder: string, after: string | null, limit: number): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    if (limit <= 0) return found;
    const start = after === null ? folder : places.after(folder, after);
    for await (const { key, modifiedAt } of bucket.list(folder, start, limit)) {
      const objectKey = places.toObjectKey(folder, key);
      if (objectKey !== null) found.set(objectKey, modifiedAt);
      if (found.size === limit) break;
    }
    return found;
  };

  return async (after, limit) => {
    if (after === null) await quietly(dropOldUploads(), 'Old uploads in parts could not be dropped from S3.');
    const [objects, uploads] = await Promise.all([
      page(places.objects, after, limit),
      page(places.uploads, after, limit),
    ]);
    for (const [objectKey, modifiedAt] of uploads) {
      // Sent once more through a URL that was still good; nobody asks for it any more.
      const isSurplus = objects.has(objectKey) && isOld(modifiedAt);
      if (isSurplus)
        await quietly(bucket.remove(places.incoming(objectKey)), 'An upload could not be removed from S3.');
    }
    return [...new Map([...uploads, ...objects])]
      .map(([objectKey, modifiedAt]): ListedObject => ({ objectKey, modifiedAt }))
      .sort((a, b) => (a.objectKey < b.objectKey ? -1 : 1))
      .slice(0, limit);
  };
};
