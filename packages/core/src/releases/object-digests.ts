import { blake2b } from '@noble/hashes/blake2.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { toBase64 } from '../moving/base64.js';

/** The digests that updaters verify by, beside the SHA-256 that the store proves. Reads the bytes once, as they come. */
export const digestObject = async (
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly sha512: string; readonly blake2b: string }> => {
  const sums = { sha512: sha512.create(), blake2b: blake2b.create({ dkLen: 64 }) };
  for await (const chunk of chunks) {
    sums.sha512.update(chunk);
    sums.blake2b.update(chunk);
  }
  return { sha512: toBase64(sums.sha512.digest()), blake2b: bytesToHex(sums.blake2b.digest()) };
};
