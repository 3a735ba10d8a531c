import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { SyncError } from '@synckeep/protocol';
import type { Call, Clock, UploadTarget } from '../ports/index.js';
import { deriveKey, type Secret, type Secrets } from '../secrets.js';
import { isObjectKey } from './object-key.js';

/** What a URL for an upload admits. */
export type UploadGrant = Omit<UploadTarget, 'checksumHeader'>;

export interface UrlSignerOptions {
  /** The first one signs, all of them verify. */
  readonly secrets: Secrets;
  /** Where clients reach the operations, with the prefix: `https://sync.example.org/api/sync`. Asked for each URL. */
  readonly baseUrl: () => string;
  readonly clock: Clock;
}

/** Signs and verifies the URLs of a blob store that this process serves itself. */
export interface UrlSigner {
  /** The `path` of the store's one route, for GET, HEAD and PUT. */
  readonly routePath: string;

  /** A URL that admits a PUT of these bytes, hash included, to this key. @throws TypeError for what is no object key */
  signUpload(grant: UploadGrant): string;

  /** A URL that admits GET and HEAD of this key. @throws TypeError for what is no object key */
  signDownload(objectKey: string, expiresAt: number): string;

  /**
   * What the URL of a PUT admits now; `rest` is what the route was handed. The bytes that come must still be compared.
   * @throws SyncError `invalid_signature`; `blob_mismatch` when the call announces another length
   */
  verifyUpload(call: Call, rest: string): UploadGrant;

  /** The object key that the URL of a GET or HEAD admits now. @throws SyncError `invalid_signature` */
  verifyDownload(call: Call, rest: string): string;
}

const routePath = '/blobs/object/';
const number = /^(?:0|[1-9][0-9]{0,15})$/;
const sha256Hex = /^[0-9a-f]{64}$/;

/** One spelling for each grant: no field holds a line break. The fields of an upload are empty for a download. */
const toText = (method: 'GET' | 'PUT', objectKey: string, expiresAt: string, size: string, hash: string): string =>
  [method, objectKey, expiresAt, size, hash].join('\n');

/** In a time that does not tell where they differ. */
const isSame = (a: string, b: string): boolean => {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
};

/** HMAC-SHA-256 over method, key, expiry, size and hash, under the URL sub-key of the secret that `kid` names (P-106). */
export const createUrlSigner = ({ secrets, baseUrl, clock }: UrlSignerOptions): UrlSigner => {
  const keyBySecret = new WeakMap<Secret, Uint8Array>();
  const macOf = (secret: Secret, text: string): string => {
    const key = keyBySecret.get(secret) ?? deriveKey(secret, 'url');
    keyBySecret.set(secret, key);
    return bytesToHex(hmac(sha256, key, utf8ToBytes(text)));
  };

  const sign = (objectKey: string, text: string, fields: Readonly<Record<string, string>>): string => {
    if (!isObjectKey(objectKey)) throw new TypeError('Only an object key can be signed.');
    const secret = secrets.list()[0];
    if (!secret) throw new Error('There is no secret to sign URLs with: secrets.list() is empty.');
    const query = new URLSearchParams({ kid: secret.id, ...fields, signature: macOf(secret, text) });
    return `${baseUrl().replace(/\/+$/, '')}${routePath}${objectKey}?${query}`;
  };

  const verify = (query: URLSearchParams, objectKey: string, text: string): void => {
    const kid = query.get('kid');
    const secret = secrets.list().find(({ id }) => id === kid);
    const expires = query.get('expires') ?? '';
    const isSigned =
      secret !== undefined &&
      isObjectKey(objectKey) &&
      number.test(expires) &&
      isSame(macOf(secret, text), query.get('signature') ?? '');
    if (!isSigned || clock.now() >= Number(expires)) throw new SyncError('invalid_signature');
  };

  return {
    routePath,

    signUpload({ objectKey, expiresAt, sizeBytes, hash }) {
      const [expires, size] = [String(expiresAt), String(sizeBytes)];
      return sign(objectKey, toText('PUT', objectKey, expires, size, hash), { expires, size, hash });
    },

    signDownload(objectKey, expiresAt) {
      const expires = String(expiresAt);
      return sign(objectKey, toText('GET', objectKey, expires, '', ''), { expires });
    },

    verifyUpload(call, rest) {
      const query = new URLSearchParams(call.query);
      const [expires, size, hash] = [query.get('expires') ?? '', query.get('size') ?? '', query.get('hash') ?? ''];
      if (!number.test(size) || !sha256Hex.test(hash)) throw new SyncError('invalid_signature');
      verify(query, rest, toText('PUT', rest, expires, size, hash));
      const sizeBytes = Number(size);
      const announced = call.header('content-length');
      if (announced !== undefined && Number(announced) !== sizeBytes) throw new SyncError('blob_mismatch');
      return { objectKey: rest, expiresAt: Number(expires), sizeBytes, hash };
    },

    verifyDownload(call, rest) {
      const query = new URLSearchParams(call.query);
      verify(query, rest, toText('GET', rest, query.get('expires') ?? '', '', ''));
      return rest;
    },
  };
};
