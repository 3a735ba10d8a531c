import { type AccountsOptions, createAccounts } from '@synckeep/accounts';
import { OptionsError } from '@synckeep/core';
import { expect, it } from 'vitest';
import { createFixture } from './accounts-fixture.js';

it.each([
  [{ secret: 'abc' }, 'there is no option secret; the options are records, apps'],
  [{ rateLimiter: undefined }, 'rateLimiter: must be a RateLimiter, or "off"'],
  [{ secrets: ['abc'] }, 'secrets: must be a Secrets: an object with list'],
  [{ issuer: '' }, 'issuer: must not be empty'],
  [{ failedLogins: { burst: 0, perSecond: 1 } }, 'failedLogins.burst: '],
  [{ failedLogins: { burst: 1, perSecond: 1, seconds: 1 } }, 'there is no option failedLogins.seconds'],
])('refuses the options %j and says what to write', async (wrong, sentence) => {
  const { options } = await createFixture();
  const create = () => createAccounts(Object.assign({ ...options }, wrong) as unknown as AccountsOptions);
  expect(create).toThrow(OptionsError);
  expect(create).toThrow(sentence);
});
