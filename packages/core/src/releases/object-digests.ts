import { bytesToHex } from '@noble/hashes/utils.js';
import { toBase64 } from '../moving/base64.js';
import type { Hasher } from '../ports/index.js';

/** The digests that updaters verify by, beside the SHA-256 that the store proves. Reads the bytes once, as they come. */
export const digestObject = async (
  chunks: AsyncIterable<Uint8Array>,
  hasher: Hasher,
): Promise<{ readonly sha512: string; readonly blake2b: string }> => {
  const [sha512, blake2b] = [hasher.create('sha512'), hasher.create('blake2b512')];
  for await (const chunk of chunks) {
    sha512.update(chunk);
    blake2b.update(chunk);
  }
  return { sha512: toBase64(sha512.digest()), blake2b: bytesToHex(blake2b.digest()) };
};
