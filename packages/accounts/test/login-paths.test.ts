import { digest } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { createCountingLimiter, createFixture } from './accounts-fixture.js';

const refused = { code: 'invalid_credentials' };

describe('every path of a login verifies exactly one password [P-11]', () => {
  const paths = [
    ['an unknown e-mail', { email: 'bob@example.com' }],
    ['a wrong password', { password: 'wrong horse' }],
    ['a wrong API key', { apiKey: 'sk_wrong' }],
    ['everything wrong', { email: 'bob@example.com', password: 'wrong horse', apiKey: 'sk_wrong' }],
  ] as const;

  it.each(paths)('%s', async (_name, wrong) => {
    const { login, credentials, asked } = await createFixture();
    await expect(login.login({ ...credentials, ...wrong })).rejects.toMatchObject(refused);
    expect(asked).toEqual(['email' in wrong ? null : 'hashed correct horse']);
  });

  it('a disabled user', async () => {
    const { login, credentials, asked, users, user } = await createFixture();
    await users.disable(user.id);
    await expect(login.login(credentials)).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(1);
  });

  it('a success', async () => {
    const { logIn, asked } = await createFixture();
    await logIn();
    expect(asked).toHaveLength(1);
  });

  it('a password that is asked for again, of a user who is there or not', async () => {
    const { login, user, asked } = await createFixture();
    expect(await login.verifyPassword(user.id, 'correct horse')).toBe(true);
    expect(await login.verifyPassword(user.id, 'wrong horse')).toBe(false);
    expect(await login.verifyPassword('nobody', 'correct horse')).toBe(false);
    expect(asked).toEqual(['hashed correct horse', 'hashed correct horse', null]);
  });

  it('looks into the records equally often on every refused path', async () => {
    const reads: number[] = [];
    for (const [, wrong] of paths) {
      const fixture = await createFixture();
      const { records } = fixture;
      let count = 0;
      const { get, find } = records;
      Object.assign(records, {
        get: (...args: Parameters<typeof get>) => {
          count += 1;
          return get(...args);
        },
        find: (...args: Parameters<typeof find>) => {
          count += 1;
          return find(...args);
        },
      });
      await expect(fixture.login.login({ ...fixture.credentials, ...wrong })).rejects.toMatchObject(refused);
      reads.push(count);
    }
    expect(reads).toEqual([3, 3, 3, 3]);
  });
});

describe('failed logins of one account [P-6]', () => {
  it.each(['alice@example.com', 'unknown@example.com'])('stops after ten for %s, without hashing', async (email) => {
    const rateLimiter = createCountingLimiter();
    const { login, credentials, asked } = await createFixture({ rateLimiter });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const spelling = attempt % 2 === 0 ? email : ` ${email.toUpperCase()} `;
      await expect(login.login({ ...credentials, email: spelling, password: 'wrong' })).rejects.toMatchObject(refused);
    }
    await expect(login.login({ ...credentials, email })).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfter: 60,
    });
    expect(asked).toHaveLength(10);
  });

  it('counts a wrong API key like a wrong password', async () => {
    const rateLimiter = createCountingLimiter();
    const { login, credentials } = await createFixture({ rateLimiter });
    await expect(login.login({ ...credentials, apiKey: 'sk_wrong' })).rejects.toMatchObject(refused);
    expect(rateLimiter.taken(digest('alice@example.com'))).toBe(1);
  });

  it('lets only ten of a hundred at once try', async () => {
    const { login, credentials, asked } = await createFixture({ rateLimiter: createCountingLimiter() });
    const attempt = () => login.login({ ...credentials, password: 'wrong' });
    const results = await Promise.allSettled(Array.from({ length: 100 }, attempt));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(0);
    expect(asked).toHaveLength(10);
  });

  it('does not count successes and faults', async () => {
    const rateLimiter = createCountingLimiter();
    const passwordHasher = {
      hash: async (password: string) => password,
      verify: async (password: string, hash: string | null) => {
        if (password === 'fault') throw new Error('out of memory');
        return password === hash;
      },
    };
    const { login, credentials, logIn, user } = await createFixture({ rateLimiter, passwordHasher });
    for (let attempt = 0; attempt < 20; attempt += 1) await logIn();
    expect(await login.verifyPassword(user.id, 'correct horse')).toBe(true);
    await expect(login.login({ ...credentials, password: 'fault' })).rejects.toThrow('out of memory');
    expect(rateLimiter.taken(digest('alice@example.com'))).toBe(0);
  });

  it('counts confirming with the password apart from logging in, so that strangers cannot prevent it', async () => {
    const rateLimiter = createCountingLimiter();
    const { login, credentials, user } = await createFixture({ rateLimiter });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await login.verifyPassword(user.id, 'wrong')).toBe(false);
    }
    await expect(login.verifyPassword(user.id, 'correct horse')).rejects.toMatchObject({ code: 'rate_limited' });
    await login.login(credentials);
  });
});
