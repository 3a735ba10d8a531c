import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, type Secret, type Secrets } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { isObjectKey } from './object-path.js';

/** What a URL admits. */
export interface Grant {
  readonly method: 'GET' | 'PUT';
  readonly objectKey: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What must be uploaded; null for a download. */
  readonly upload: { readonly sizeBytes: number; readonly hash: string } | null;
}

/** Signs and verifies the part of a URL after the path of the route: the object key and the query. */
export interface UrlSigner {
  sign(grant: Grant): string;
  /** The expiry is left to the caller. @throws SyncError `invalid_signature` */
  verify(method: 'GET' | 'PUT', rest: string, query: string): Grant;
}

const number = /^(?:0|[1-9][0-9]{0,15})$/;
const sha256Hex = /^[0-9a-f]{64}$/;

const toText = ({ method, objectKey, expiresAt, upload }: Grant): string =>
  [method, objectKey, expiresAt, upload?.sizeBytes ?? '', upload?.hash ?? ''].join('\n');

const readNumber = (value: string | null): number | null =>
  value !== null && number.test(value) ? Number(value) : null;

const readUpload = (query: URLSearchParams): Grant['upload'] => {
  const sizeBytes = readNumber(query.get('size'));
  const hash = query.get('hash');
  return sizeBytes !== null && hash !== null && sha256Hex.test(hash) ? { sizeBytes, hash } : null;
};

/** HMAC-SHA-256 over every field of the grant, under the URL sub-key of the secret that `kid` names. */
export const createUrlSigner = (secrets: Secrets): UrlSigner => {
  const keyBySecret = new WeakMap<Secret, Uint8Array>();
  const keyOf = (secret: Secret): Uint8Array => {
    const key = keyBySecret.get(secret) ?? deriveKey(secret, 'url');
    keyBySecret.set(secret, key);
    return key;
  };
  const macOf = (secret: Secret, grant: Grant): Buffer =>
    createHmac('sha256', keyOf(secret)).update(toText(grant)).digest();

  return {
    sign(grant) {
      if (!isObjectKey(grant.objectKey)) throw new TypeError('Only an object key can be signed.');
      const secret = secrets.list()[0];
      if (!secret) throw new Error('There is no secret to sign URLs with: secrets.list() is empty.');
      const query = new URLSearchParams({ kid: secret.id, expires: String(grant.expiresAt) });
      if (grant.upload) {
        query.set('size', String(grant.upload.sizeBytes));
        query.set('hash', grant.upload.hash);
      }
      query.set('signature', macOf(secret, grant).toString('base64url'));
      return `${grant.objectKey}?${query}`;
    },

    verify(method, rest, queryText) {
      const query = new URLSearchParams(queryText);
      const kid = query.get('kid');
      const secret = secrets.list().find(({ id }) => id === kid);
      const expiresAt = readNumber(query.get('expires'));
      const upload = method === 'PUT' ? readUpload(query) : null;
      if (!secret || expiresAt === null || (method === 'PUT' && !upload)) throw new SyncError('invalid_signature');
      const grant: Grant = { method, objectKey: rest, expiresAt, upload };
      const expected = macOf(secret, grant);
      const given = Buffer.from(query.get('signature') ?? '', 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new SyncError('invalid_signature');
      if (!isObjectKey(rest)) throw new SyncError('invalid_signature');
      return grant;
    },
  };
};
