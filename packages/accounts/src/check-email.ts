import { limits } from '@synckeep/protocol';
import { AccountError } from './account-error.js';

/**
 * What separates or quotes addresses in mail is left out, so that one address never reads as two.
 * @throws AccountError `invalid_email`
 */
export const checkEmail = (email: string): void => {
  const isAddress = /^[^\s@\p{Cc}\p{Cs}",;:<>()[\]\\]+@[^\s@\p{Cc}\p{Cs}",;:<>()[\]\\]+$/u.test(email);
  if (!isAddress || [...email].length > limits.emailCharacters) throw new AccountError('invalid_email');
};
