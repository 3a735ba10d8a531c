import { createHash } from 'node:crypto';
import { type Acceptance, type Log, type NewObject, type StoredObject, toAcceptance } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Bucket } from './bucket.js';
import type { S3PartUploads } from './part-uploads.js';
import type { Places } from './places.js';

/** `inspect` of the port, for any key. */
export type Look = (key: string, expectedSize: number) => Promise<StoredObject | null>;

export const createLook =
  (bucket: Bucket): Look =>
  async (key, expectedSize) => {
    const head = await bucket.head(key);
    if (!head) return null;
    const { sizeBytes, sha256 } = head;
    if (sizeBytes !== expectedSize) return { sizeBytes, hash: '' };
    if (sha256) return { sizeBytes, hash: sha256 };
    const digest = createHash('sha256');
    for await (const chunk of bucket.read(key, sizeBytes)) digest.update(chunk);
    return { sizeBytes, hash: digest.digest('hex') };
  };

const attempts = 3;

interface Parts {
  readonly bucket: Bucket;
  readonly places: Places;
  readonly look: Look;
  readonly uploads: S3PartUploads;
  readonly log: Log;
}

/** `accept` of the port. Several calls for one object at once look at it once. */
export const createAccept = ({ bucket, places, look, uploads, log }: Parts) => {
  const removeQuietly = (key: string): Promise<void> =>
    bucket.remove(key).catch((error: unknown) => {
      log.warn({ err: error }, 'An upload could not be removed from S3; the daily sweep tries it again.');
    });

  /**
   * A URL may be used again at any moment, also between a look and a copy. So it is a copy that nobody can change which
   * is looked at, and which becomes the object.
   */
  const acceptIncoming = async (object: NewObject): Promise<Acceptance> => {
    const incoming = places.incoming(object.objectKey);
    const head = await bucket.head(incoming);
    if (!head) return 'missing';
    if (head.sizeBytes !== object.sizeBytes) return 'different';
    const scratch = places.scratch();
    if (!(await bucket.copy(incoming, scratch))) return 'missing';
    try {
      const acceptance = toAcceptance(await look(scratch, object.sizeBytes), object);
      if (acceptance === 'accepted') await bucket.copy(scratch, places.object(object.objectKey));
      return acceptance;
    } finally {
      await removeQuietly(scratch);
    }
  };

  const acceptOnce = async (object: NewObject): Promise<Acceptance> => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const stored = await look(places.object(object.objectKey), object.sizeBytes);
      if (stored) return toAcceptance(stored, object);
      const acceptance = await acceptIncoming(object);
      if (acceptance === 'accepted') await removeQuietly(places.incoming(object.objectKey));
      if (acceptance !== 'missing') return acceptance;
      if (!(await uploads.complete(object.objectKey, object.sizeBytes))) return 'missing';
    }
    throw new SyncError('unavailable', { cause: new Error('The parts of an upload keep changing.') });
  };

  const running = new Map<string, Promise<Acceptance>>();

  return (object: NewObject): Promise<Acceptance> => {
    const name = `${object.objectKey} ${object.sizeBytes} ${object.hash}`;
    const pending =
      running.get(name) ??
      acceptOnce(object).finally(() => {
        running.delete(name);
      });
    running.set(name, pending);
    return pending;
  };
};
