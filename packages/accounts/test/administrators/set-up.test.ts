import { operator } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { day } from '../accounts-fixture.js';
import { address, firstEmail, openAdministrators, password, toRequest, toSent } from './administrators-fixture.js';

const open = async () => {
  const opened = await openAdministrators({}, { isSetUp: false });
  const { administrators } = opened;
  const setUp = (token: string | null, changed: { readonly email?: string; readonly password?: string } = {}) =>
    administrators.setUp({ ...toRequest(), token: token ?? '', email: firstEmail, password, ...changed });
  const countRoles = async () => (await administrators.list({ after: null, limit: 100 })).length;
  return { ...opened, setUp, countRoles };
};

describe('a set-up link [P-174]', () => {
  it('makes the first administrator and signs them in', async () => {
    const { administrators, setUp, who, signIn, users, rows } = await open();
    expect(await administrators.needsSetup()).toBe(true);
    const { administrator, cookies } = await setUp(await administrators.createSetupToken());
    expect(administrator).toMatchObject({ email: firstEmail });
    expect(await who(toSent(cookies[0]))).toBe(administrator.id);
    expect(await administrators.needsSetup()).toBe(false);
    expect(await users.get(administrator.id)).toMatchObject({ email: firstEmail, disabled: false });
    expect(await who(await signIn())).toBe(administrator.id);
    const origin = { actor: { kind: 'administrator', id: administrator.id }, address };
    const made = (await rows()).filter(({ actor }) => actor.kind === 'administrator');
    expect(made.map(({ action }) => action).sort()).toEqual(['administrator.add', 'user.create']);
    for (const row of made) expect(row).toMatchObject({ ...origin, subject: { kind: 'user', id: administrator.id } });
  });

  it('works once', async () => {
    const { administrators, setUp, countRoles } = await open();
    const token = await administrators.createSetupToken();
    await setUp(token);
    await expect(setUp(token, { email: 'second@example.com' })).rejects.toMatchObject({ code: 'setup_link_used' });
    expect(await countRoles()).toBe(1);
  });

  it('works once when it is used at once, and so do all links together', async () => {
    const { administrators, setUp, countRoles, users } = await open();
    const tokens = [await administrators.createSetupToken(), await administrators.createSetupToken()];
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => setUp(tokens[n % 2] ?? null, { email: `${n}@example.com` })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of all)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'setup_link_used' });
    expect(await countRoles()).toBe(1);
    expect(await users.list(), 'the ordinary user and the administrator').toHaveLength(2);
  });

  it('works for 24 hours, and not when it is another one', async () => {
    const { administrators, setUp, advance, countRoles } = await open();
    const token = await administrators.createSetupToken();
    for (const wrong of ['', 'f'.repeat(64), `${token}0`])
      await expect(setUp(wrong)).rejects.toMatchObject({ code: 'invalid_setup_link' });
    advance(day);
    await expect(setUp(token)).rejects.toMatchObject({ code: 'invalid_setup_link' });
    expect(await countRoles()).toBe(0);
  });

  it('is over as soon as there is an administrator, whoever made them, and at the same moment too', async () => {
    const { administrators, setUp, users, countRoles } = await open();
    const token = await administrators.createSetupToken();
    const adding = administrators.add({ email: 'second@example.com', password }, operator);
    const [added, used] = await Promise.allSettled([adding, setUp(token)]);
    expect(added.status).toBe('fulfilled');
    const expected = used.status === 'fulfilled' ? 2 : 1;
    expect(await countRoles()).toBe(expected);
    await expect(setUp(token)).rejects.toMatchObject({ code: 'setup_link_used' });
    expect(await administrators.createSetupToken()).toBeNull();
    // Also when they are all gone again: what was printed before is no way in.
    for (const { id } of await administrators.list({ after: null, limit: 10 })) await users.remove(id);
    await expect(setUp(token)).rejects.toMatchObject({ code: 'invalid_setup_link' });
  });

  it('stays good when the address or the password is refused', async () => {
    const { administrators, setUp, credentials } = await open();
    const token = await administrators.createSetupToken();
    await expect(setUp(token, { email: 'nowhere' })).rejects.toMatchObject({ code: 'invalid_email' });
    await expect(setUp(token, { email: credentials.email })).rejects.toMatchObject({ code: 'email_taken' });
    for (const [bad, reason] of [
      ['short', 'password_too_short'],
      ['password1', 'password_common'],
      [firstEmail, 'password_common'],
    ] as const)
      await expect(setUp(token, { password: bad })).rejects.toMatchObject({
        code: 'weak_password',
        details: { reason },
      });
    expect((await setUp(token)).administrator.email).toBe(firstEmail);
  });

  it('has nobody hash a password without a good token', async () => {
    const { setUp, asked } = await open();
    const before = asked.length;
    await expect(setUp('f'.repeat(64), { password: 'short' })).rejects.toMatchObject({ code: 'invalid_setup_link' });
    expect(asked.length).toBe(before);
  });

  it('is stored by a digest only', async () => {
    const { administrators, stored } = await open();
    const token = await administrators.createSetupToken();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await stored()).not.toContain(token);
  });
});
