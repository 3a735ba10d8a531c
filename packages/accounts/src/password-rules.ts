import { limits } from '@synckeep/protocol';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { AccountError, passwordFloor } from './account-error.js';

/** Fewer guesses than this, as a power of ten, and a password is among those that everybody tries first. */
const fewestGuesses = 6;

/** What comes after so many characters makes a password no worse, and estimating more takes too long. */
const estimated = 32;

let loading: Promise<ZxcvbnFactory> | undefined;

/** Loaded when it is first needed: the lists are large. */
const loadEstimator = (): Promise<ZxcvbnFactory> => {
  loading ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }]) =>
      new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs }),
  );
  return loading;
};

/**
 * Whether a password may be set: long enough, and none that is guessed at once, such as a common one or the e-mail
 * address. No rule asks for digits or signs.
 * @throws AccountError `password_…`
 */
export const checkPassword = async (password: string, email: string): Promise<void> => {
  const { length } = [...password];
  if (length < passwordFloor) throw new AccountError('password_too_short');
  if (length > limits.passwordCharacters) throw new AccountError('password_too_long');
  // No request can carry these (P-3), so nobody could ever log in with such a password.
  if (/[\0\p{Cs}]/u.test(password)) throw new AccountError('password_not_text');
  const estimator = await loadEstimator();
  const about = [email, ...email.split(/[@.]/), 'synckeep'].filter((part) => part.length > 2);
  if (estimator.check(password.slice(0, estimated), about).guessesLog10 < fewestGuesses)
    throw new AccountError('password_common');
};
