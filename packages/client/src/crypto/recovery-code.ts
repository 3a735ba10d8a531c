import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, isEqual, toUtf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { type RandomBytes, secureRandom } from './random.js';

/** Crockford's: no I, L, O and U, which people confuse. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const secretLength = 20;
const textLength = 36;

/** The first 20 bits of the digest, in three bytes whose last half is zero. */
const checksumOf = (secret: Uint8Array): Uint8Array => {
  const [first = 0, second = 0, third = 0] = sha256(concat(toUtf8('synckeep/1/recovery-check'), secret));
  return Uint8Array.of(first, second, third & 0xf0);
};

const toSymbols = (bytes: Uint8Array, count: number): string => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: count }, (_, n) => alphabet[Number.parseInt(bits.slice(5 * n, 5 * n + 5), 2)]).join('');
};

/** A new recovery code: 160 random bits and 20 bits against mistyping, in nine groups of four. Show it once. */
export const createRecoveryCode = (random: RandomBytes = secureRandom): string => {
  const secret = random(secretLength);
  const symbols = toSymbols(concat(secret, checksumOf(secret)), textLength);
  return symbols.replace(/.{4}(?=.)/g, '$&-');
};

/**
 * The 20 secret bytes of a code. Letter case, spaces and hyphens do not matter; I and L are read as 1, O as 0.
 * @throws CryptoError `mistyped_recovery_code`
 */
export const parseRecoveryCode = (code: string): Uint8Array => {
  const symbols = code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  const values = Array.from(symbols, (symbol) => alphabet.indexOf(symbol));
  if (values.length !== textLength || values.includes(-1)) throw new CryptoError('mistyped_recovery_code');
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = Uint8Array.from({ length: secretLength + 3 }, (_, n) =>
    Number.parseInt(bits.slice(8 * n, 8 * n + 8).padEnd(8, '0'), 2),
  );
  const secret = bytes.subarray(0, secretLength);
  if (!isEqual(bytes.subarray(secretLength), checksumOf(secret))) throw new CryptoError('mistyped_recovery_code');
  return secret;
};

/** The key that a recovery code wraps with. The code is as strong as a key, so nothing has to be slow here. */
export const recoveryKeyOf = (code: string, salt: Uint8Array): Uint8Array =>
  hkdf(sha256, parseRecoveryCode(code), salt, toUtf8('synckeep/1/recovery'), 32);
