import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { createSecured } from './second-factor/second-factor-fixture.js';

describe('a login of somebody with a second factor [P-18]', () => {
  it('asks for its code only after a right password and API key [P-11]', async () => {
    const { login, credentials } = await createSecured();
    await expect(login.login(credentials)).rejects.toMatchObject({ code: 'two_factor_required' });
    for (const wrong of [{ password: 'wrong horse' }, { apiKey: 'sk_wrong' }, { email: 'nobody@example.com' }])
      await expect(login.login({ ...credentials, ...wrong })).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('takes a code of the app or a recovery code, once each', async () => {
    const { login, credentials, codeAt, recoveryCodes } = await createSecured();
    for (const code of [codeAt(), recoveryCodes[0] ?? '']) {
      expect((await login.login({ ...credentials, code })).token).toBeTruthy();
      await expect(login.login({ ...credentials, code })).rejects.toMatchObject({ code: 'invalid_second_factor' });
    }
  });

  it('opens one session for one code, however many come at once', async () => {
    const { login, credentials, codeAt, countSessions, user } = await createSecured();
    const code = codeAt();
    await Promise.allSettled(Array.from({ length: 10 }, () => login.login({ ...credentials, code })));
    expect(await countSessions('user', user.id)).toBe(1);
  });

  it('uses no code up with a wrong password', async () => {
    const { login, credentials, codeAt } = await createSecured();
    const code = codeAt();
    await expect(login.login({ ...credentials, password: 'wrong horse', code })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    await login.login({ ...credentials, code });
  });

  it('ignores a code where there is no second factor', async () => {
    const { login, credentials, secondFactor, user } = await createSecured();
    await secondFactor.turnOff(user.id);
    await login.login({ ...credentials, code: '000000' });
  });
});

describe('guessing a password from elsewhere does not keep its user out [P-6]', () => {
  const createKnown = async () => {
    let now = Date.UTC(2030, 0, 1);
    const clock = { now: () => now, after: () => () => {} };
    const fixture = await createSecured({
      rateLimiter: createMemoryRateLimiter(clock),
      clock,
      publicUrl: () => 'https://sync.example.org',
    });
    await fixture.secondFactor.turnOff(fixture.user.id);
    await fixture.login.login(fixture.credentials);
    const guess = (address: string, email = fixture.credentials.email) =>
      fixture.login
        .login({ ...fixture.credentials, email, address, password: 'wrong horse' })
        .catch((error) => error.code);
    return {
      ...fixture,
      guess,
      advance: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  };

  it('limits all strangers together: ten failures, then one a minute, wherever they come from', async () => {
    const { login, guess, credentials, advance } = await createKnown();
    const outcomes: unknown[] = [];
    for (let count = 0; count < 30; count += 1) outcomes.push(await guess(`198.51.100.${count}`));
    expect(outcomes.filter((outcome) => outcome === 'invalid_credentials')).toHaveLength(10);
    expect(outcomes.slice(10).every((outcome) => outcome === 'rate_limited')).toBe(true);
    await expect(login.login({ ...credentials, address: '198.51.100.200' })).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfter: 60,
    });
    advance(60_000);
    expect(await guess('198.51.100.31')).toBe('invalid_credentials');
    expect(await guess('198.51.100.32')).toBe('rate_limited');
  });

  it('lets the user in from an address that the user logged in from before', async () => {
    const { login, guess, credentials } = await createKnown();
    for (let count = 0; count < 20; count += 1) await guess(`198.51.100.${count}`);
    expect((await login.login(credentials)).token).toBeTruthy();
  });

  it('limits an address that is known too, and what is tried from there does not count against strangers', async () => {
    const { guess, credentials } = await createKnown();
    const outcomes: unknown[] = [];
    for (let count = 0; count < 15; count += 1) outcomes.push(await guess(credentials.address));
    expect(outcomes.filter((outcome) => outcome === 'invalid_credentials')).toHaveLength(10);
    expect(await guess('198.51.100.1')).toBe('invalid_credentials');
  });

  it('lets the user in from a new address that a link to the mailbox was used at', async () => {
    const { login, guess, credentials, passwordReset, user } = await createKnown();
    for (let count = 0; count < 20; count += 1) await guess(`198.51.100.${count}`);
    const token = (await passwordReset.createLink(user.id)).split('token=')[1] ?? '';
    const [password, address] = ['another good password', '192.0.2.99'];
    expect(await passwordReset.complete(token, { password, code: '', revokeTokens: true, address })).toBe('done');
    expect((await login.login({ ...credentials, password, address })).token).toBeTruthy();
  });

  it('leaves running sessions and the password that they are asked for alone', async () => {
    const { login, guess, credentials, user } = await createKnown();
    for (let count = 0; count < 20; count += 1) await guess(`198.51.100.${count}`);
    expect(await login.verifyPassword(user.id, credentials.password)).toBe(true);
  });

  it('forgets an address after 90 days, keeps twenty, and keeps none of a removed user', async () => {
    const { login, guess, credentials, users, user, records, advance } = await createKnown();
    for (let count = 0; count < 25; count += 1) {
      advance(1000);
      await login.login({ ...credentials, address: `203.0.113.${count + 100}` });
    }
    expect(JSON.stringify(await records.get('known-places', user.id))).not.toContain('203.0.113');
    for (let count = 0; count < 20; count += 1) await guess(`198.51.100.${count}`);
    await expect(login.login({ ...credentials, address: '203.0.113.100' })).rejects.toMatchObject({
      code: 'rate_limited',
    });
    await login.login({ ...credentials, address: '203.0.113.124' });
    advance(90 * 86_400_000);
    for (let count = 0; count < 20; count += 1) await guess(`198.51.100.${count}`);
    await expect(login.login({ ...credentials, address: '203.0.113.124' })).rejects.toMatchObject({
      code: 'rate_limited',
    });
    await users.remove(user.id);
    expect(await records.get('known-places', user.id)).toBeNull();
  });
});
