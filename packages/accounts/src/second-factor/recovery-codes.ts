import { digest, type Random } from '@synckeep/core';

/** How many a user gets at a time. */
export const recoveryCodeCount = 10;

/** 80 bits each: nobody guesses one, with or without its digest. */
const codeBytes = 10;

/** Crockford's Base32: no two that look alike. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const toCode = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((group) => alphabet[Number.parseInt(group, 2)]);
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
};

/** Such as `7Q2M-0X9K-RT4V-B8HN`. */
export const createRecoveryCodes = (random: Random): readonly string[] =>
  Array.from({ length: recoveryCodeCount }, () => toCode(random.bytes(codeBytes)));

/** What people write, as it was printed: in any letter case, with or without hyphens, O for 0 and I or L for 1. */
const toPrinted = (text: string): string =>
  text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');

export const isRecoveryCode = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{16}$/.test(toPrinted(text));

/** How a code is kept. The same code of another user has another digest. */
export const toRecoveryDigest = (userId: string, code: string): string => digest(`${userId} ${toPrinted(code)}`);
