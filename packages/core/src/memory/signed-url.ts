import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { SyncError } from '@synckeep/protocol';

/** What a URL admits. */
export interface Grant {
  readonly method: 'GET' | 'PUT';
  readonly objectKey: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What must be uploaded; null for a download. */
  readonly upload: { readonly sizeBytes: number; readonly hash: string } | null;
}

const sign = (secret: Uint8Array, { method, objectKey, expiresAt, upload }: Grant): string => {
  const fields = [method, objectKey, upload?.sizeBytes ?? '', upload?.hash ?? '', expiresAt];
  return bytesToHex(hmac(sha256, secret, utf8ToBytes(fields.join('\n'))));
};

/** In a time that does not tell where they differ. */
const isEqual = (a: string, b: string): boolean => {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
};

/** The object key and the query of a URL that admits what the grant says. */
export const toSigned = (secret: Uint8Array, grant: Grant): string => {
  const query = new URLSearchParams({ expires: String(grant.expiresAt) });
  if (grant.upload) {
    query.set('size', String(grant.upload.sizeBytes));
    query.set('hash', grant.upload.hash);
  }
  query.set('signature', sign(secret, grant));
  return `${grant.objectKey}?${query}`;
};

/** The grant of a signed URL at this moment. @throws SyncError `invalid_signature` */
export const fromSigned = (
  secret: Uint8Array,
  method: Grant['method'],
  objectKey: string,
  query: string,
  now: number,
): Grant => {
  const values = new URLSearchParams(query);
  const [size, hash] = [values.get('size'), values.get('hash')];
  const upload = size !== null && hash !== null ? { sizeBytes: Number(size), hash } : null;
  const grant: Grant = { method, objectKey, expiresAt: Number(values.get('expires')), upload };
  const isSigned = isEqual(sign(secret, grant), values.get('signature') ?? '');
  if (!isSigned || grant.expiresAt <= now) throw new SyncError('invalid_signature');
  return grant;
};
