import { Secret, TOTP } from 'otpauth';

const period = 30;

/** What every authenticator app understands: SHA-1, six digits, 30 seconds (RFC 6238). */
const parameters = { algorithm: 'SHA1', digits: 6, period } as const;

/** Bytes of a secret: as many as SHA-1 has (RFC 4226). */
export const totpSecretBytes = 20;

const toSecret = (bytes: Uint8Array): Secret => new Secret({ buffer: Uint8Array.from(bytes).buffer });

/** For typing in by hand. */
export const toBase32 = (bytes: Uint8Array): string => toSecret(bytes).base32;

/** `otpauth://totp/…`, which a QR code shows to an authenticator app. */
export const toTotpUri = (bytes: Uint8Array, issuer: string, label: string): string =>
  new TOTP({ ...parameters, issuer, label, secret: toSecret(bytes) }).toString();

/** The step of time whose code this is, among the present one, the one before and the one after; null when none. */
export const findStep = (bytes: Uint8Array, code: string, now: number): number | null => {
  const delta = TOTP.validate({ ...parameters, secret: toSecret(bytes), token: code, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / period) + delta;
};
