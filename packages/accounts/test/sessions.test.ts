import { removeAppSessions } from '@synckeep/accounts';
import type { RecordWrite } from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createFixture, day } from './accounts-fixture.js';

describe('renewing a token [P-15]', () => {
  it('answers the same token in the first half of its life', async () => {
    const { logIn, login, identify, advance, user, app } = await createFixture();
    const token = await logIn();
    advance(3.5 * day - 1000);
    const renewed = await login.renew(token, await identify(token));
    expect(renewed).toEqual({ token, userId: user.id, appId: app.id });
  });

  it('answers a new token of the same session in the second half, and keeps the old one good', async () => {
    const { logIn, login, identify, advance, now, countSessions, user } = await createFixture();
    const token = await logIn();
    const before = await identify(token);
    advance(3.5 * day);
    const renewed = await login.renew(token, before);
    const after = await identify(renewed.token);
    expect(renewed.token).not.toBe(token);
    expect(after).toEqual({ ...before, expiresAt: Math.floor(now() / 1000) * 1000 + 7 * day });
    expect(await identify(token)).toEqual(before);
    expect(await countSessions('user', user.id)).toBe(1);
  });

  it('does not make a login fresh [P-17]', async () => {
    const { logIn, login, identify, advance, now } = await createFixture();
    const loggedInAt = now();
    const token = await logIn();
    advance(4 * day);
    const renewed = await login.renew(token, await identify(token));
    expect((await identify(renewed.token)).issuedAt).toBe(loggedInAt);
    expect((decodeJwt(renewed.token).iat ?? 0) * 1000).toBeGreaterThan(loggedInAt + 3 * day);
  });

  it('passes key and the generation of the API key on', async () => {
    const { login, credentials, identify, advance } = await createFixture();
    const { token } = await login.login({ ...credentials, key: 'device-7' });
    advance(4 * day);
    const renewed = await login.renew(token, await identify(token));
    expect(decodeJwt(renewed.token)).toMatchObject({ key: 'device-7', kgen: 1, ugen: 1 });
  });

  it('goes on for 90 days after the login and no longer', async () => {
    const { logIn, login, identify, advance, now, authenticator } = await createFixture();
    const start = now();
    let token = await logIn();
    for (let renewals = 0; renewals < 40; renewals += 1) {
      advance(4 * day);
      if ((await authenticator.authenticate(token)) === null) break;
      token = (await login.renew(token, await identify(token))).token;
    }
    const end = (decodeJwt(token).exp ?? 0) * 1000;
    expect(end).toBe(Math.floor((start + 90 * day) / 1000) * 1000);
    expect(now()).toBe(start + 92 * day);
  });

  it('is refused for a session that is over and for a token that never was one', async () => {
    const { logIn, login, identify, advance } = await createFixture();
    const token = await logIn();
    const identity = await identify(token);
    await expect(login.renew('garbage', identity)).rejects.toMatchObject({ code: 'invalid_token' });
    advance(4 * day);
    await login.endSessions([identity.session ?? '']);
    await expect(login.renew(token, identity)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('does not bring a session back that ends at that moment', async () => {
    const records = createMemoryStorage().records;
    const fixture = await createFixture({ records });
    const token = await fixture.logIn();
    const identity = await fixture.identify(token);
    fixture.advance(4 * day);
    const { transact } = records;
    records.transact = async (writes, now) => {
      records.transact = transact;
      await fixture.login.endSessions([identity.session ?? '']);
      return transact(writes, now);
    };
    await expect(fixture.login.renew(token, identity)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await fixture.countSessions('user', fixture.user.id)).toBe(0);
  });
});

describe('the sessions of a user', () => {
  it('end when told, each alone, and every process hears of it', async () => {
    const { logIn, login, identify, authenticator, news } = await createFixture();
    const [one, two] = [await logIn(), await logIn()];
    const identity = await identify(one);
    await login.endSessions([identity.session ?? '', 'unknown']);
    expect(await authenticator.authenticate(one)).toBeNull();
    expect(await authenticator.isCurrent(identity)).toBe(false);
    expect(await authenticator.authenticate(two)).not.toBeNull();
    expect(news).toEqual([{ topic: 'access' }]);
  });

  it('are at most 100 in an app: one more ends the one that was renewed longest ago', async () => {
    const { logIn, login, identify, authenticator, advance, countSessions, user, news } = await createFixture();
    const oldest = await logIn();
    advance(day);
    const second = await logIn();
    advance(3 * day);
    await login.renew(oldest, await identify(oldest));
    for (let logins = 2; logins < 100; logins += 1) await logIn();
    expect(await authenticator.authenticate(second)).not.toBeNull();
    expect(news).toEqual([]);
    await logIn();
    expect(await authenticator.authenticate(second)).toBeNull();
    expect(await authenticator.authenticate(oldest)).not.toBeNull();
    expect(news).toEqual([{ topic: 'access' }]);
    for (let logins = 0; logins < 150; logins += 1) await logIn();
    expect(await countSessions('user', user.id)).toBe(100);
  });

  it('do not stay in the storage once they expired and the user logs in again', async () => {
    const { logIn, advance, countSessions, user } = await createFixture();
    for (let logins = 0; logins < 50; logins += 1) await logIn();
    advance(8 * day);
    await logIn();
    expect(await countSessions('user', user.id)).toBe(1);
  });

  it('do not count across apps and users', async () => {
    const { logIn, login, credentials, createApp, users, authenticator } = await createFixture();
    const token = await logIn();
    await createApp('sk_other');
    await users.create('bob@example.com', 'correct horse');
    for (let logins = 0; logins < 100; logins += 1) {
      await login.login({ ...credentials, apiKey: 'sk_other' });
      await login.login({ ...credentials, email: 'bob@example.com' });
    }
    expect(await authenticator.authenticate(token)).not.toBeNull();
  });

  it('go with their app, all of them and no others', async () => {
    const { logIn, login, credentials, createApp, countSessions, app, options, advance } = await createFixture();
    const other = await createApp('sk_other');
    for (let logins = 0; logins < 99; logins += 1) await logIn();
    advance(8 * day);
    await login.login({ ...credentials, apiKey: 'sk_other' });
    await removeAppSessions(options.records, options.clock, app.id);
    expect(await countSessions('app', app.id)).toBe(0);
    expect(await countSessions('app', other.id)).toBe(1);
  });
});

describe('a login that something overtakes', () => {
  /** Lets `meanwhile` happen between the proof of the password and the first session that is stored. */
  const createOvertaken = async (
    meanwhile: (fixture: Awaited<ReturnType<typeof createFixture>>) => Promise<unknown>,
  ) => {
    const records = createMemoryStorage().records;
    const fixture = await createFixture({ records });
    const { transact } = records;
    const isOpening = (writes: readonly RecordWrite[]) =>
      writes.some(({ kind, write }) => kind === 'session' && write === 'put');
    records.transact = async (writes, now) => {
      if (isOpening(writes)) {
        records.transact = transact;
        await meanwhile(fixture);
      }
      return transact(writes, now);
    };
    return fixture;
  };

  const refused = { code: 'invalid_credentials' };

  it.each([
    ['the removal of the user', async ({ users, user }) => users.remove(user.id)],
    ['the disabling of the user', async ({ users, user }) => users.disable(user.id)],
    ['a new password', async ({ users, user }) => users.setPassword(user.id, 'another horse', { revokeTokens: false })],
    ['the removal of the app', async ({ records, apps, app, now }) => records.transact([apps.delete(app.id)], now())],
    ['a new API key', async ({ saveApp, app }) => saveApp({ ...app, keys: [] })],
  ] satisfies [string, Parameters<typeof createOvertaken>[0]][])(
    'is refused and leaves no session after %s',
    async (_name, meanwhile) => {
      const { login, credentials, countSessions, user } = await createOvertaken(meanwhile);
      await expect(login.login(credentials)).rejects.toMatchObject(refused);
      expect(await countSessions('user', user.id)).toBe(0);
    },
  );

  it('gets a token of the new generation after a revocation', async () => {
    const { logIn, identify } = await createOvertaken(({ users, user }) => users.revokeTokens(user.id));
    expect((await identify(await logIn())).generation).toBe(2);
  });
});
