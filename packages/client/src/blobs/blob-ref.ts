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

const bytesOfKey = (key: unknown): Uint8Array | null => {
  const bytes = typeof key === 'string' ? fromBase64url(key) : null;
  return bytes?.length === 32 ? bytes : null;
};

const isHash = (hash: unknown): boolean => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && Number(size) >= 0;

/** Whether this is a reference that can be read, alone or among other members. */
export const isBlobRef = (value: object): value is BlobRef =>
  'hash' in value &&
  isHash(value.hash) &&
  'size' in value &&
  isSize(value.size) &&
  'key' in value &&
  bytesOfKey(value.key) !== null;

/** @throws BlobError `malformed_ref` */
export const keyOf = (ref: BlobRef): Uint8Array => {
  const bytes = isBlobRef(ref) ? bytesOfKey(ref.key) : null;
  if (bytes === null) throw new BlobError('malformed_ref');
  return bytes;
};

export const encryptedSizeOf = ({ size }: BlobRef): number => encryptedBlobLength(size);
