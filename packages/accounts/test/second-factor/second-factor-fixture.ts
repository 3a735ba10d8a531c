import type { AccountsOptions } from '@synckeep/accounts';
import { Secret, TOTP } from 'otpauth';
import { createFixture } from '../accounts-fixture.js';

/** What an authenticator app does with the secret that it was given. */
export const createApp = (secret: string, now: () => number) => {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  /** @param steps of 30 seconds from now. */
  return (steps = 0) => totp.generate({ timestamp: now() + steps * 30_000 });
};

/** A user whose second factor is on, a step of time later, so that the code of the present step is fresh. */
export const createSecured = async (overrides: Partial<AccountsOptions> = {}) => {
  const fixture = await createFixture(overrides);
  const { secondFactor, user } = fixture;
  const { secret } = await secondFactor.begin(user.id);
  const codeAt = createApp(secret, fixture.now);
  const recoveryCodes = await secondFactor.confirm(user.id, codeAt());
  if (recoveryCodes === null) throw new Error('The second factor was not confirmed.');
  fixture.advance(30_000);
  return { ...fixture, codeAt, recoveryCodes };
};
