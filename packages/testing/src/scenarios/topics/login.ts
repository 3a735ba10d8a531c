import { expect } from 'vitest';
import type { Topic } from '../scenario.js';

const second = 1000;
const day = 24 * 60 * 60 * second;

/** Login and tokens: P-10 to P-17. */
export const login: Topic = (scenario) => {
  scenario('refuses an unknown e-mail, a wrong password and a wrong API key alike [P-11]', async (f) => {
    const app = await f.app();
    const user = await f.user();
    const good = { email: user.email, password: user.password, api_key: app.apiKey };
    const wrong = [{ email: 'nobody@example.com' }, { password: 'wrong' }, { api_key: 'sk_wrong' }];
    const replies = await Promise.all(wrong.map((part) => f.call('login', { body: { ...good, ...part } })));
    for (const reply of replies) reply.refusal('invalid_credentials');
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  scenario('tells of a second factor only after a right password [P-11]', async (f) => {
    const app = await f.app();
    const user = await f.accounts.create({ twoFactor: true });
    const body = { email: user.email, password: user.password, api_key: app.apiKey };
    (await f.call('login', { body })).refusal('two_factor_required');
    (await f.call('login', { body: { ...body, password: 'wrong' } })).refusal('invalid_credentials');
  });

  scenario(
    'has no login where the host logs its users in itself [P-10]',
    async (f) => {
      (await f.call('login', { body: { email: 'a@b.c', password: 'p', api_key: 'k' } })).refusal('login_disabled');
    },
    { options: { login: null } },
  );

  scenario('answers missing_token without a bearer token [P-10]', async (f) => {
    const { token } = await f.caller();
    for (const authorization of [undefined, '', 'Bearer', 'Bearer ', `Basic ${token}`, token]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      expect((await f.call('status', { headers })).status).toBe(401);
    }
    (await f.call('status')).refusal('missing_token');
    (await f.call('status', { headers: { authorization: `bearer ${token}` } })).ok();
  });

  scenario('refuses a token once it has expired [P-14]', async (f) => {
    const caller = await f.caller();
    f.clock.advance(7 * day - 1);
    (await caller.call('status')).ok();
    f.clock.advance(1);
    (await caller.call('status')).refusal('invalid_token');
  });

  scenario('refuses a revoked token within 2 s, also one that was just used [P-14]', async (f) => {
    const caller = await f.caller();
    (await caller.call('status')).ok();
    await f.accounts.revokeTokens(caller.user.id);
    f.clock.advance(2 * second);
    (await caller.call('status')).refusal('invalid_token');
  });

  scenario('refuses a token of an app that does not exist [P-14]', async (f) => {
    const { user } = await f.caller();
    const identity = { userId: user.id, generation: 1, session: null, keyGeneration: null };
    const now = f.clock.now();
    const token = await f.accounts.sign({
      ...identity,
      appId: '00000000-0000-4000-8000-000000000000',
      issuedAt: now,
      expiresAt: now + day,
    });
    (await f.call('status', { token })).refusal('invalid_token');
  });

  scenario('renews a token in the second half of its life, and answers a younger one as it is [P-15]', async (f) => {
    const caller = await f.caller();
    expect((await caller.call('renewToken')).ok()).toMatchObject({ token: caller.token, app_id: caller.app.id });
    f.clock.advance(3.5 * day);
    const renewed = (await caller.call('renewToken')).ok();
    expect(renewed).toMatchObject({ user_id: caller.user.id, app_id: caller.app.id });
    expect(renewed.token).not.toBe(caller.token);
    f.clock.advance(4 * day);
    (await caller.call('status')).refusal('invalid_token');
    (await f.call('status', { token: renewed.token })).ok();
  });

  scenario(
    'does not renew where the host logs its users in itself [P-15]',
    async (f) => {
      const app = await f.app();
      const user = await f.user();
      const now = f.clock.now();
      const token = await f.accounts.sign({
        userId: user.id,
        appId: app.id,
        generation: 1,
        session: null,
        keyGeneration: null,
        issuedAt: now,
        expiresAt: now + day,
      });
      (await f.call('status', { token })).ok();
      (await f.call('renewToken', { token })).refusal('login_disabled');
    },
    { options: { login: null } },
  );

  scenario('ends the session that registered a removed device, but not the one that asks [P-16]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(await f.logIn(laptop.app, laptop.user), 'Phone');
    (await laptop.call('deleteDevice', { params: { device_id: phone.id } })).ok();
    f.clock.advance(2 * second);
    (await phone.call('status')).refusal('invalid_token');
    (await laptop.call('deleteDevice', { params: { device_id: laptop.id } })).ok();
    f.clock.advance(2 * second);
    (await laptop.call('status')).ok();
  });

  scenario('asks for a fresh login once 5 minutes have gone by [P-17]', async (f) => {
    const caller = await f.caller();
    (await caller.call('keyHistory')).ok();
    f.clock.advance(5 * 60 * second + second);
    (await caller.call('keyHistory')).refusal('fresh_login_required');
    (await (await f.logIn(caller.app, caller.user)).call('keyHistory')).ok();
  });

  scenario('does not take a renewed token for a fresh login [P-17]', async (f) => {
    const caller = await f.caller();
    f.clock.advance(4 * day);
    const { token } = (await caller.call('renewToken')).ok();
    (await f.call('keyHistory', { token })).refusal('fresh_login_required');
  });
};
