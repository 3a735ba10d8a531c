import { randomUUID } from 'node:crypto';
import { isObjectKey } from '@synckeep/core';

/**
 * The keys of an object in the bucket. What an upload URL can write lies apart from accepted objects, since S3 lets a
 * URL write as often as one likes until it expires: `accept` copies from the one place to the other.
 */
export interface Places {
  /** Of an accepted object; only what proves its bytes may write here. */
  object(objectKey: string): string;
  /** Of an upload that was not accepted. */
  incoming(objectKey: string): string;
  /** A new key among the incoming ones that no URL reaches. What a crash leaves there is swept like any upload. */
  scratch(): string;
  /** Where a listing of `folder` goes on: after this object key, or after any beginning of one. */
  after(folder: string, position: string): string;
  readonly objects: string;
  readonly uploads: string;
  /** The object key of a key below `folder`; null for what is none of this store. */
  toObjectKey(folder: string, key: string): string | null;
}

/**
 * Ends each key. Some servers keep keys as paths of a file system, where `a` cannot stand beside `a/b`; and it comes
 * before every character of an object key, so that the order stays.
 */
const end = '!';

export const createPlaces = (prefix: string): Places => {
  const objects = `${prefix}objects/`;
  const uploads = `${prefix}incoming/`;

  const place = (folder: string, objectKey: string): string => {
    if (!isObjectKey(objectKey)) throw new TypeError('An object key must be segments of [a-z0-9-] joined by slashes.');
    return folder + objectKey + end;
  };

  return {
    objects,
    uploads,
    object: (objectKey) => place(objects, objectKey),
    incoming: (objectKey) => place(uploads, objectKey),
    after: (folder, position) => folder + position + end,
    scratch: () => place(uploads, `scratch-${randomUUID()}`),
    toObjectKey(folder, key) {
      if (!key.startsWith(folder) || !key.endsWith(end)) return null;
      const objectKey = key.slice(folder.length, -end.length);
      return isObjectKey(objectKey) ? objectKey : null;
    },
  };
};
