import { limits } from '@synckeep/protocol';

/** Fewer characters than this are no password. */
export const passwordFloor = 8;

const sentences = {
  invalid_email: `An e-mail address has one @ with something on both sides, no spaces, and at most ${limits.emailCharacters} characters.`,
  password_too_short: `A password has at least ${passwordFloor} characters.`,
  password_too_long: `A password has at most ${limits.passwordCharacters} characters.`,
  password_common: 'This password is among the first that somebody would guess. Choose another one.',
  password_not_text: 'A password cannot hold U+0000 or half a surrogate pair.',
  email_taken: 'There is already a user with this e-mail address.',
  unknown_app: 'There is no such app.',
  registration_closed:
    'Nobody can register for this app. Open it with "synckeep app update APP --registration invite".',
  unknown_user: 'There is no such user.',
} as const;

export type AccountErrorCode = keyof typeof sentences;

/** Why the administration of users refused something. `message` is a sentence for the administrator; never sent to a client. */
export class AccountError extends Error {
  readonly code: AccountErrorCode;

  constructor(code: AccountErrorCode) {
    super(sentences[code]);
    this.name = 'AccountError';
    this.code = code;
  }
}
