import { randomHex } from '../digest.js';
import type { Random, Scope } from '../ports/index.js';

const pattern = /^[a-z0-9-]{1,128}(?:\/[a-z0-9-]{1,128}){0,9}$/;

/**
 * Whether a text has the form of an object key: up to ten segments of `[a-z0-9-]`, of up to 128 characters each and
 * joined by slashes. So it is never "", "..", absolute or in need of escaping in a URL.
 */
export const isObjectKey = (text: string): boolean => pattern.test(text);

/** The key of the object that an upload of a blob goes to. `uploadId` is random, so no other object ever had it. */
export const toObjectKey = ({ appId, userId }: Scope, hash: string, uploadId: string): string =>
  `${appId}/${userId}/${hash}-${uploadId}`;

/** A new key for a blob of a scope. */
export const createObjectKey = (scope: Scope, hash: string, random: Random): string =>
  toObjectKey(scope, hash, randomHex(random, 16));

/** Whether a key is one that was made for this blob. */
export const isKeyOf = (objectKey: string, scope: Scope, hash: string): boolean =>
  objectKey.startsWith(toObjectKey(scope, hash, ''));

/** The hash of what an object with this key was made for; null when the key does not say. */
export const hashOfKey = (objectKey: string): string | null =>
  /\/([0-9a-f]{64})-[0-9a-f]{32}(?:-[0-9a-z]{1,11})?$/.exec(objectKey)?.[1] ?? null;
