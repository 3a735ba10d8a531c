import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { createApp } from '../second-factor/second-factor-fixture.js';
import { address, firstEmail, openAdministrators, password, toRequest } from './administrators-fixture.js';

describe('signing in as an administrator [P-173]', () => {
  it('gives a cookie that no script sees, no other site sends and no other host gets [P-172]', async () => {
    const { administrators, first } = await openAdministrators();
    const request = { ...toRequest(), email: firstEmail, password, code: null };
    const { administrator, cookies } = await administrators.signIn(request);
    expect(administrator).toMatchObject({ id: first, email: firstEmail, name: firstEmail });
    expect(cookies).toEqual([
      expect.stringMatching(
        /^__Host-synckeep_admin=[0-9a-f]{64}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
  });

  it('gives a cookie of another name without TLS, and takes neither for the other [P-172]', async () => {
    const plain = await openAdministrators({ publicUrl: () => 'http://127.0.0.1:8787' });
    const { cookies } = await plain.administrators.signIn({
      ...toRequest(),
      ...{ email: firstEmail, password, code: null },
    });
    expect(cookies[0]).toMatch(/^synckeep_admin=[0-9a-f]{64}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const secure = await openAdministrators();
    const cookie = await secure.signIn();
    expect(await secure.who(cookie)).toBe(secure.first);
    expect(await secure.who(cookie.replace('__Host-', ''))).toBeNull();
  });

  it('refuses a user who is no administrator like a wrong password, and counts it as one [P-11]', async () => {
    let now = 0;
    const rateLimiter = createMemoryRateLimiter({ now: () => now, after: () => () => {} });
    const { signIn, credentials: ordinary, asked } = await openAdministrators({ rateLimiter });
    const { email, password: right } = ordinary;
    const wrongs = [
      { email, password: right },
      { email, password: 'wrong horse' },
      { email: 'nobody@example.com', password: right },
      { password: right },
    ];
    for (const wrong of wrongs) {
      const before = asked.length;
      await expect(signIn(wrong)).rejects.toMatchObject({ code: 'invalid_credentials' });
      expect(asked.length - before, 'passwords looked at').toBe(1);
    }
    for (let n = 2; n < 10; n += 1)
      await expect(signIn({ email, password: right })).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(signIn({ email, password: right })).rejects.toMatchObject({ code: 'rate_limited' });
    now += 60_000;
    await expect(signIn({ email, password: right })).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('counts failures together with those of any login [P-6]', async () => {
    const rateLimiter = createMemoryRateLimiter({ now: () => 0, after: () => () => {} });
    const { login, signIn, credentials: ordinary } = await openAdministrators({ rateLimiter });
    const wrong = { ...ordinary, email: firstEmail, password: 'wrong horse' };
    for (let n = 0; n < 10; n += 1)
      await expect(login.login(wrong)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(signIn()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('asks for the second factor, and lets one code in once, however many come at once [P-18]', async () => {
    const { signIn, secondFactor, first, count, now, advance } = await openAdministrators();
    const { secret } = await secondFactor.begin(first);
    const codeAt = createApp(secret, now);
    await secondFactor.confirm(first, codeAt());
    advance(30_000);
    await expect(signIn()).rejects.toMatchObject({ code: 'two_factor_required' });
    await expect(signIn({ code: '000000' })).rejects.toMatchObject({ code: 'invalid_second_factor' });
    const code = codeAt();
    await expect(signIn({ code, password: 'wrong horse' })).rejects.toMatchObject({ code: 'invalid_credentials' });
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => signIn({ code })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await count('admin-session')).toBe(1);
  });

  it('is in the audit log, and so are failing and signing out', async () => {
    const { administrators, signIn, rows, first, advance } = await openAdministrators();
    advance(1);
    await expect(signIn({ password: 'wrong horse' })).rejects.toThrow();
    advance(1);
    const cookie = await signIn();
    advance(1);
    await administrators.signOut(toRequest(cookie));
    const subject = { kind: 'user', id: first };
    const common = { subject, address, appId: null, details: { administrator: true } };
    expect((await rows()).slice(-3)).toMatchObject([
      { ...common, action: 'login.fail', actor: { kind: 'user', id: null } },
      { ...common, action: 'login', actor: subject },
      { ...common, action: 'login.end', actor: subject },
    ]);
    expect(JSON.stringify(await rows())).not.toContain(firstEmail);
  });
});
