import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { expect } from 'vitest';
import type { Fixture } from '../fixture.js';
import type { Scenario, Topic } from '../scenario.js';

const small = {
  login: { burst: 3, perSecond: 1 },
  public: { burst: 3, perSecond: 1 },
  read: { burst: 4, perSecond: 2 },
  write: { burst: 5, perSecond: 1 },
  transfer: { burst: 5, perSecond: 1 },
  admin: { burst: 3, perSecond: 1 },
};

/** Rate limits: P-6. */
export const rateLimits: Topic = (scenario) => {
  const limited = (title: string, run: (fixture: Fixture) => Promise<void>): ReturnType<Scenario> =>
    scenario(title, run, (clock) => ({ options: { rateLimiter: createMemoryRateLimiter(clock), rateLimits: small } }));

  limited('takes a burst, refuses the next with Retry-After, and lets in after it [P-6]', async (f) => {
    const caller = await f.caller();
    for (let left = 3; left >= 0; left--) {
      const reply = await caller.call('status');
      reply.ok();
      expect(reply.headers).toMatchObject({ 'x-ratelimit-limit': '4', 'x-ratelimit-remaining': String(left) });
    }
    const refused = await caller.call('status');
    refused.refusal('rate_limited');
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'x-ratelimit-limit': '4',
      'x-ratelimit-remaining': '0',
    });
    f.clock.advance(1000);
    for (const _ of [1, 2]) (await caller.call('status')).ok();
    (await caller.call('status')).refusal('rate_limited');
  });

  limited('counts by app and user, and each bucket for itself [P-6]', async (f) => {
    const caller = await f.caller();
    const other = await f.caller(caller.app);
    const elsewhere = await f.logIn(await f.app(), caller.user);
    for (let n = 0; n < 4; n++) (await caller.call('status')).ok();
    (await caller.call('listDevices')).refusal('rate_limited');
    (await other.call('status')).ok();
    (await elsewhere.call('status')).ok();
    (await caller.call('registerDevice', { body: { device_name: 'D', platform: 'web' } })).ok();
  });

  limited('counts logins by address, and public reads apart from them [P-6]', async (f) => {
    const body = { email: 'nobody@example.com', password: 'x', api_key: 'y' };
    for (let n = 0; n < 3; n++) (await f.call('login', { body })).refusal('invalid_credentials');
    const refused = await f.call('login', { body });
    refused.refusal('rate_limited');
    expect(refused.headers['x-ratelimit-remaining']).toBe('0');
    (await f.call('limits')).ok();
    f.clock.advance(1000);
    (await f.call('login', { body })).refusal('invalid_credentials');
  });

  limited('counts who guesses admin tokens by address, before it looks them up [P-6] [P-160]', async (f) => {
    const { text: token } = await f.server.adminTokens.create({ name: 'right', scopes: ['apps:read'] });
    for (let n = 0; n < 3; n++) (await f.call('listApps', { token: `ska_${n}` })).refusal('invalid_token');
    (await f.call('listApps', { token })).refusal('rate_limited');
    f.clock.advance(1000);
    (await f.call('listApps', { token })).ok();
  });

  limited('takes a refused request for no other limit: a garbage token does not use up its user [P-6]', async (f) => {
    const caller = await f.caller();
    for (let n = 0; n < 10; n++) (await f.call('status', { token: `${caller.token}x` })).refusal('invalid_token');
    (await caller.call('status')).ok();
  });

  limited('says the limits that are in force [P-6] [P-51]', async (f) => {
    const { rate_limits } = (await f.call('limits')).ok();
    expect(rate_limits).toMatchObject({ read: { burst: 4, per_second: 2 }, login: { burst: 3, per_second: 1 } });
  });

  scenario('has no headers where limits are off [P-6]', async (f) => {
    const caller = await f.caller();
    for (let n = 0; n < 200; n++) (await caller.call('status')).ok();
    expect(Object.keys((await caller.call('status')).headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual(
      [],
    );
  });
};
