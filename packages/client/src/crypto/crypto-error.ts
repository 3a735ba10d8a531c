/** What failed, for a program to decide by. */
export type CryptoErrorCode =
  | 'wrong_passphrase'
  | 'wrong_recovery_code'
  | 'mistyped_recovery_code'
  | 'no_recovery_code'
  | 'weak_passphrase'
  | 'malformed_envelope'
  | 'unsupported_envelope'
  | 'malformed_blob'
  | 'tampered_blob';

const messages: Readonly<Record<CryptoErrorCode, string>> = {
  wrong_passphrase: 'The passphrase is wrong. Try again, or use the recovery code.',
  wrong_recovery_code: 'The recovery code is not the one of this account. Use the newest one.',
  mistyped_recovery_code: 'The recovery code has a typing mistake. Compare it with the written one.',
  no_recovery_code: 'This account has no recovery code. Use the passphrase.',
  weak_passphrase: 'The passphrase is empty. Choose one that nobody guesses.',
  malformed_envelope: 'The stored key is damaged or was not made by Synckeep. An older one may be in the key history.',
  unsupported_envelope: 'The stored key was made by a newer version. Update this app.',
  malformed_blob: 'The file is not one that Synckeep encrypted, or was made by a newer version.',
  tampered_blob: 'The file was changed, cut off or extended after it was encrypted. Fetch it again.',
};

/** Decide by `code`; `message` says to a person what to do. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, cause?: unknown) {
    super(messages[code], cause === undefined ? undefined : { cause });
    this.name = 'CryptoError';
    this.code = code;
  }
}
