import { randomHex } from '../digest.js';
import type { Random, Scope } from '../ports/index.js';

const pattern = /^[a-z0-9-]{1,128}(?:\/[a-z0-9-]{1,128}){0,9}$/;

/**
 * Whether a text has the form of an object key: up to ten segments of `[a-z0-9-]`, of up to 128 characters each and
 * joined by slashes. So it is never "", "..", absolute or in need of escaping in a URL.
 */
export const isObjectKey = (text: string): boolean => pattern.test(text);

/** A new key for a blob of a scope, which no other object ever had. */
export const createObjectKey = ({ appId, userId }: Scope, hash: string, random: Random): string =>
  `${appId}/${userId}/${hash}-${randomHex(random, 16)}`;

/** Whether a key is one that `createObjectKey` made for this blob. */
export const isKeyOf = (objectKey: string, { appId, userId }: Scope, hash: string): boolean =>
  objectKey.startsWith(`${appId}/${userId}/${hash}-`);

/** The hash of what an object with this key was made for; null when the key does not say. */
export const hashOfKey = (objectKey: string): string | null =>
  /\/([0-9a-f]{64})-[0-9a-f]{32}$/.exec(objectKey)?.[1] ?? null;
