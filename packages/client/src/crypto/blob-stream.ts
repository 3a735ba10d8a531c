import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { decrypt, encrypt, tagLength } from './aead.js';
import {
  blobVersion,
  chunkAssociatedData,
  chunkLength,
  chunkNonce,
  createCutter,
  headerLength,
  prefixLength,
} from './blob-chunks.js';
import { concat, toUtf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { secureRandom } from './random.js';

/** How many bytes a blob of `length` bytes has when it is encrypted. */
export const encryptedBlobLength = (length: number): number =>
  headerLength + length + tagLength * Math.max(1, Math.ceil(length / chunkLength));

/** What a blob begins with. */
export const blobHeader = (prefix: Uint8Array): Uint8Array => concat(Uint8Array.of(blobVersion), prefix);

export const encryptBlobChunk = (
  key: Uint8Array,
  prefix: Uint8Array,
  index: number,
  isLast: boolean,
  bytes: Uint8Array,
): Uint8Array => encrypt(key, chunkNonce(prefix, index, isLast), chunkAssociatedData, bytes);

/** A prefix that follows from the key, so that whoever has the key can make the same ciphertext of the same bytes again. */
export const blobPrefixOf = (key: Uint8Array): Uint8Array =>
  hkdf(sha256, key, new Uint8Array(), toUtf8('synckeep/1/blob-prefix'), prefixLength);

/**
 * Encrypts bytes as they pass, 64 KiB at a time, in constant memory.
 * @param key 32 random bytes that are used for this blob and no other
 * @param prefix 19 random bytes. Give the same ones to make the same ciphertext of the same bytes again, and never for
 * other bytes.
 */
export const createBlobEncryption = (
  key: Uint8Array,
  prefix: Uint8Array = secureRandom(prefixLength),
): TransformStream<Uint8Array, Uint8Array> => {
  let index = 0;
  let send: (bytes: Uint8Array) => void = () => {};
  const cutter = createCutter(chunkLength, (piece, isLast) => {
    send(encryptBlobChunk(key, prefix, index++, isLast, piece));
  });
  return new TransformStream({
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
      send(blobHeader(prefix));
    },
    transform: (bytes) => cutter.push(bytes),
    flush: () => cutter.end(),
  });
};

/**
 * Decrypts what `createBlobEncryption` made. No byte comes out that was not verified in its place; a stream that ends
 * without an error was whole. It fails with CryptoError `tampered_blob` or `malformed_blob`.
 */
export const createBlobDecryption = (key: Uint8Array): TransformStream<Uint8Array, Uint8Array> => {
  let index = 0;
  let header: Uint8Array = new Uint8Array();
  let send: (bytes: Uint8Array) => void = () => {};
  const cutter = createCutter(chunkLength + tagLength, (piece, isLast) => {
    const nonce = chunkNonce(header.subarray(1), index++, isLast);
    const bytes = decrypt(key, nonce, chunkAssociatedData, piece);
    if (bytes === null) throw new CryptoError('tampered_blob');
    if (bytes.length > 0) send(bytes);
  });
  return new TransformStream({
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
    },
    transform(bytes) {
      const missing = headerLength - header.length;
      if (missing > 0) {
        header = concat(header, bytes.subarray(0, missing));
        if (header.length > 0 && header[0] !== blobVersion) throw new CryptoError('malformed_blob');
      }
      cutter.push(bytes.subarray(Math.max(0, missing)));
    },
    flush() {
      if (header.length < headerLength) throw new CryptoError('tampered_blob');
      cutter.end();
    },
  });
};
