import { ed25519 } from '@noble/curves/ed25519.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from '../moving/base64.js';

/** What is wrong with a signature or a key, as a sentence. */
export class MinisignError extends Error {
  override readonly name = 'MinisignError';
}

const decoder = new TextDecoder();
const keyBytes = 42;
const signatureBytes = 74;
/** First bytes: a key, and a signature over the BLAKE2b-512 of the file. */
const [keyMark, hashedMark, wholeMark] = ['Ed', 'ED', 'Ed'];

const markOf = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, 2));

/** Tauri hands the files of minisign around as base64 of their text. */
const unwrap = (text: string): string => {
  const trimmed = text.trim();
  if (trimmed.startsWith('untrusted comment:')) return trimmed;
  const inner = fromBase64(trimmed);
  const isText = inner && markOf(inner) === 'un';
  return isText ? decoder.decode(inner).trim() : trimmed;
};

/**
 * The public key of minisign as base64 of its 42 bytes; takes the file, its last line, or Tauri's base64 of the file.
 * @throws MinisignError
 */
export const parsePublicKey = (text: string): string => {
  const line = unwrap(text).split(/\r?\n/).at(-1)?.trim() ?? '';
  const bytes = fromBase64(line);
  if (bytes?.length !== keyBytes || markOf(bytes) !== keyMark) {
    throw new MinisignError(
      'This is no public key of minisign. Give the file that minisign or "tauri signer" wrote, with the ending .pub.',
    );
  }
  return toBase64(bytes);
};

const isSame = (a: Uint8Array, b: Uint8Array): boolean => toBase64(a) === toBase64(b);

/** Ed25519 as minisign verifies it, RFC 8032: a malformed signature is a wrong one. */
const isSigned = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};

/**
 * Checks a signature file of minisign, or Tauri's base64 of it, over a file whose BLAKE2b-512 is known (P-148).
 * @param publicKey as `parsePublicKey` gives it @throws MinisignError which says what is wrong
 */
export const verifyMinisign = (text: string, blake2bHex: string, publicKey: string): void => {
  const [, signatureLine = '', trustedLine = '', overallLine = '', ...rest] = unwrap(text).split(/\r?\n/);
  const bytes = fromBase64(signatureLine);
  const overall = fromBase64(overallLine);
  const comment = /^trusted comment: (.*)$/.exec(trustedLine)?.[1];
  if (bytes?.length !== signatureBytes || overall?.length !== 64 || comment === undefined || rest.length > 0)
    throw new MinisignError('it is no signature of minisign');
  if (markOf(bytes) === wholeMark)
    throw new MinisignError('it is in the old format of minisign; sign with a hash (-H)');
  if (markOf(bytes) !== hashedMark) throw new MinisignError('it is no signature of minisign');
  const key = fromBase64(publicKey);
  if (!key || !isSame(bytes.subarray(2, 10), key.subarray(2, 10)))
    throw new MinisignError('it was made with another key');
  const signature = bytes.subarray(10);
  if (!isSigned(signature, hexToBytes(blake2bHex), key.subarray(10)))
    throw new MinisignError('it is not of these bytes');
  const signedComment = new Uint8Array([...signature, ...utf8ToBytes(comment)]);
  if (!isSigned(overall, signedComment, key.subarray(10))) throw new MinisignError('its trusted comment was changed');
};
