import { fromBase64url } from '../crypto/base64url.js';
import { encryptedBlobLength } from '../crypto/index.js';
import { BlobError } from './blob-error.js';

/**
 * Where a blob is and how to open it. Keep it in the row that the blob belongs to, where it is encrypted: whoever has
 * it reads the blob.
 */
export interface BlobRef {
  /** SHA-256 of the encrypted bytes, 64 hex digits: what the server knows the blob by. */
  readonly hash: string;
  /** The key of this blob alone, 32 bytes in base64url. A rotation of the master key does not touch it. */
  readonly key: string;
  /** Bytes of the plaintext. */
  readonly size: number;
}

/** @throws BlobError `malformed_ref` */
export const keyOf = ({ key, hash, size }: BlobRef): Uint8Array => {
  const bytes = fromBase64url(key);
  const isWhole = bytes?.length === 32 && /^[0-9a-f]{64}$/.test(hash) && Number.isSafeInteger(size) && size >= 0;
  if (!isWhole) throw new BlobError('malformed_ref');
  return bytes;
};

export const encryptedSizeOf = ({ size }: BlobRef): number => encryptedBlobLength(size);
