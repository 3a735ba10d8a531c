import { AccountError } from '@synckeep/accounts';
import { createMemoryStorage } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { createFixture } from './accounts-fixture.js';

const password = 'correct horse';

describe('creating users', () => {
  it('keeps the e-mail as it was written and finds it in any letter case', async () => {
    const { users, now } = await createFixture();
    const bob = await users.create('  Bob.Öz@Example.com ', password);
    expect(bob).toEqual({
      id: expect.any(String),
      email: 'Bob.Öz@Example.com',
      verifiedAt: null,
      disabled: false,
      createdAt: now(),
    });
    expect(bob.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await users.findByEmail(' bob.öz@EXAMPLE.com')).toEqual(bob);
    expect(await users.get(bob.id)).toEqual(bob);
    expect(await users.findByEmail('nobody@example.com')).toBeNull();
    expect(await users.get('nobody')).toBeNull();
  });

  it('lets the user log in with the e-mail in any letter case, and the password exactly', async () => {
    const { login, credentials, user } = await createFixture();
    expect((await login.login({ ...credentials, email: ' ALICE@example.COM ' })).userId).toBe(user.id);
    for (const wrong of ['Correct horse', 'correct horse ', '']) {
      await expect(login.login({ ...credentials, password: wrong })).rejects.toMatchObject({
        code: 'invalid_credentials',
      });
    }
  });

  it.each([
    ['', password, 'invalid_email'],
    ['alice', password, 'invalid_email'],
    ['@example.com', password, 'invalid_email'],
    ['a b@example.com', password, 'invalid_email'],
    ['a\u0000b@example.com', password, 'invalid_email'],
    ['a@b@example.com', password, 'invalid_email'],
    [`${'a'.repeat(320)}@example.com`, password, 'invalid_email'],
    ['carol@example.com', '1234567', 'password_too_short'],
    ['carol@example.com', '\u{1F600}'.repeat(7), 'password_too_short'],
    ['carol@example.com', 'x'.repeat(1025), 'password_too_long'],
    ['carol@example.com', 'half a pair \uD800', 'password_not_text'],
    ['carol@example.com', 'nul \u0000 nul', 'password_not_text'],
    ['ALICE@example.com', password, 'email_taken'],
  ])('refuses %j with %j as %s, with a sentence', async (email, chosen, code) => {
    const { users } = await createFixture();
    const refusal = await users.create(email, chosen).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AccountError);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(await users.list()).toHaveLength(1);
  });

  it('makes one user of ten at once', async () => {
    const { users } = await createFixture();
    const create = () => users.create('bob@example.com', password);
    const results = await Promise.allSettled(Array.from({ length: 10 }, create));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'email_taken' });
    }
    expect(await users.list()).toHaveLength(2);
  });

  it('lists them by id in pages', async () => {
    const { users } = await createFixture();
    for (let count = 0; count < 6; count += 1) await users.create(`user${count}@example.com`, password);
    const all = await users.list();
    const first = await users.list({ limit: 4 });
    const rest = await users.list({ after: first.at(-1)?.id ?? null, limit: 4 });
    expect(first).toHaveLength(4);
    expect([...first, ...rest]).toEqual(all);
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted());
    expect(all).toHaveLength(7);
  });

  it('stores the password only as a hash', async () => {
    const records = createMemoryStorage().records;
    const stored: string[] = [];
    const { transact } = records;
    records.transact = (writes, now) => {
      stored.push(JSON.stringify(writes));
      return transact(writes, now);
    };
    const passwordHasher = { hash: async () => 'a hash', verify: async () => true };
    const { logIn } = await createFixture({ records, passwordHasher });
    await logIn();
    expect(stored.join()).toContain('a hash');
    expect(stored.join()).not.toContain(password);
  });
});

describe('changing a password', () => {
  it('replaces the old one and leaves sessions alone unless told otherwise', async () => {
    const { users, user, login, credentials, logIn, authenticator } = await createFixture();
    const token = await logIn();
    await users.setPassword(user.id, 'another horse', { revokeTokens: false });
    await expect(login.login(credentials)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await login.login({ ...credentials, password: 'another horse' });
    expect(await authenticator.authenticate(token)).not.toBeNull();
    await users.setPassword(user.id, 'third horse', { revokeTokens: true });
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('refuses a weak one and an unknown user', async () => {
    const { users, user, login } = await createFixture();
    const options = { revokeTokens: true };
    await expect(users.setPassword(user.id, 'short', options)).rejects.toMatchObject({ code: 'password_too_short' });
    await expect(users.setPassword('nobody', password, options)).rejects.toMatchObject({ code: 'unknown_user' });
    expect(await login.verifyPassword(user.id, password)).toBe(true);
  });
});

describe('revoking and disabling', () => {
  it('ends every token of the user and no other, and lets the user log in again', async () => {
    const { users, user, logIn, login, credentials, authenticator, identify, news, countSessions } =
      await createFixture();
    await users.create('bob@example.com', password);
    const bob = await login.login({ ...credentials, email: 'bob@example.com' });
    const tokens = [await logIn(), await logIn()];
    const identity = await identify(tokens[0] ?? '');
    await users.revokeTokens(user.id);
    for (const token of tokens) expect(await authenticator.authenticate(token)).toBeNull();
    expect(await authenticator.isCurrent(identity)).toBe(false);
    expect(await authenticator.authenticate(bob.token)).not.toBeNull();
    expect(await countSessions('user', user.id)).toBe(0);
    expect(news).toContainEqual({ topic: 'access' });
    expect(await authenticator.authenticate(await logIn())).not.toBeNull();
  });

  it('refuses the tokens even if the process dies before the sessions are removed', async () => {
    const records = createMemoryStorage().records;
    const { users, user, logIn, authenticator } = await createFixture({ records });
    const token = await logIn();
    records.find = () => Promise.reject(new Error('the process died'));
    await expect(users.revokeTokens(user.id)).rejects.toThrow('the process died');
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('keeps a disabled user out until enabled, and the old tokens for ever', async () => {
    const { users, user, logIn, login, credentials, authenticator } = await createFixture();
    const token = await logIn();
    await users.disable(user.id);
    expect(await users.get(user.id)).toMatchObject({ disabled: true });
    expect(await authenticator.authenticate(token)).toBeNull();
    await expect(login.login(credentials)).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(await login.verifyPassword(user.id, password)).toBe(false);
    await users.enable(user.id);
    expect(await authenticator.authenticate(token)).toBeNull();
    expect(await authenticator.authenticate(await logIn())).not.toBeNull();
  });

  it('loses no change of ten at once', async () => {
    const { users, user, logIn, identify } = await createFixture();
    await Promise.all(Array.from({ length: 10 }, () => users.revokeTokens(user.id)));
    expect((await identify(await logIn())).generation).toBe(11);
  });

  it('says so when there is no such user', async () => {
    const { users } = await createFixture();
    for (const act of [users.revokeTokens, users.disable, users.enable]) {
      await expect(act('nobody')).rejects.toMatchObject({ code: 'unknown_user' });
    }
  });
});

describe('removing a user', () => {
  it('removes the record and every session, and frees the e-mail', async () => {
    const { users, user, logIn, login, credentials, countSessions, authenticator, news, createApp } =
      await createFixture();
    await createApp('sk_other');
    const token = await logIn();
    for (let logins = 0; logins < 99; logins += 1) {
      await logIn();
      await login.login({ ...credentials, apiKey: 'sk_other' });
    }
    expect(await countSessions('user', user.id)).toBe(199);
    expect(await users.remove(user.id)).toBe(true);
    expect(await countSessions('user', user.id)).toBe(0);
    expect(await users.get(user.id)).toBeNull();
    expect(await authenticator.authenticate(token)).toBeNull();
    expect(news).toContainEqual({ topic: 'access' });
    await expect(login.login(credentials)).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(await users.remove(user.id)).toBe(false);
    const again = await users.create(credentials.email, password);
    expect(again.id).not.toBe(user.id);
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('can be repeated after a crash in the middle', async () => {
    const records = createMemoryStorage().records;
    const { users, user, logIn, login, credentials, countSessions } = await createFixture({ records });
    await logIn();
    const { find } = records;
    records.find = () => Promise.reject(new Error('the process died'));
    await expect(users.remove(user.id)).rejects.toThrow('the process died');
    records.find = find;
    await expect(login.login(credentials)).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(await users.findByEmail(credentials.email)).toMatchObject({ id: user.id });
    expect(await users.remove(user.id)).toBe(true);
    expect(await countSessions('user', user.id)).toBe(0);
    expect(await users.list()).toEqual([]);
  });
});

it('works with the real hasher from creation to refusal', async () => {
  const fixture = await createFixture();
  const { passwordHasher: _fast, ...options } = fixture.options;
  const { createAccounts } = await import('@synckeep/accounts');
  const { users, login } = createAccounts(options);
  const bob = await users.create('bob@example.com', password);
  const credentials = { ...fixture.credentials, email: 'bob@example.com' };
  expect((await login.login(credentials)).userId).toBe(bob.id);
  await expect(login.login({ ...credentials, password: 'wrong horse' })).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
  await expect(login.login({ ...credentials, email: 'nobody@example.com' })).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
});
