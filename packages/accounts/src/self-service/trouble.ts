import { isSyncError } from '@synckeep/protocol';
import { AccountError } from '../account-error.js';

/** What is wrong with what was sent; also how long to wait, in seconds. */
export interface Trouble {
  readonly status: number;
  readonly message: string;
  readonly retryAfter?: number;
}

const wait = (seconds: number): string => (seconds <= 90 ? 'a minute' : `${Math.ceil(seconds / 60)} minutes`);

/** What a person can do about an error. @throws the error when it is none of theirs */
export const toTrouble = (error: unknown): Trouble => {
  if (error instanceof AccountError) return { status: 422, message: error.message };
  if (!isSyncError(error) || (error.code !== 'rate_limited' && error.code !== 'unavailable')) throw error;
  const retryAfter = error.retryAfter ?? 1;
  const message =
    error.code === 'rate_limited'
      ? `Too many attempts. Wait ${wait(retryAfter)}, then try again.`
      : 'The server is busy. Try again in a moment.';
  return { status: error.status, message, retryAfter };
};

export const wrongPassword: Trouble = { status: 401, message: 'This is not your present password.' };
export const wrongCode: Trouble = { status: 401, message: 'This code is wrong, too old, or was used before.' };
