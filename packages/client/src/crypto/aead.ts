import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

export const nonceLength = 24;
export const tagLength = 16;

/** XChaCha20-Poly1305: the ciphertext and its tag. A nonce must never be used twice with a key. */
export const encrypt = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array => xchacha20poly1305(key, nonce, associated).encrypt(plaintext);

/** null when the tag does not fit: another key, nonce or associated data, or a changed ciphertext. */
export const decrypt = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null => {
  if (sealed.length < tagLength) return null;
  const cipher = xchacha20poly1305(key, nonce, associated);
  try {
    return cipher.decrypt(sealed);
  } catch {
    // With keys and lengths as they should be, the library throws for nothing else.
    return null;
  }
};
