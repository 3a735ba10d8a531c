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
import { concat } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { secureRandom } from './random.js';

/** How many bytes a blob of `length` bytes has when it is encrypted. */
export const encryptedBlobLength = (length: number): number =>
  headerLength + length + tagLength * Math.max(1, Math.ceil(length / chunkLength));

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
    send(encrypt(key, chunkNonce(prefix, index++, isLast), chunkAssociatedData, piece));
  });
  return new TransformStream({
    start(controller) {
      send = (bytes) => controller.enqueue(bytes);
      send(concat(Uint8Array.of(blobVersion), prefix));
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
