import { operator } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { openAdministrators, password } from './administrators-fixture.js';

const second = { email: 'second@example.com', password };

describe('who is an administrator [P-176]', () => {
  it('is a new user, or one who is there', async () => {
    const { administrators, user, first, signIn, who, credentials } = await openAdministrators();
    const made = await administrators.add(second, operator);
    expect(made).toMatchObject({ isNew: true, administrator: { email: second.email } });
    expect(await who(await signIn(second))).toBe(made.administrator.id);
    expect(await administrators.has(user.id)).toBe(false);
    expect(await administrators.add({ userId: user.id }, operator)).toMatchObject({ isNew: true });
    expect(await administrators.add({ userId: user.id }, operator)).toMatchObject({ isNew: false });
    expect(await who(await signIn({ email: credentials.email, password: credentials.password }))).toBe(user.id);
    const ids = [first, made.administrator.id, user.id].sort();
    expect((await administrators.list({ after: null, limit: 100 })).map(({ id }) => id)).toEqual(ids);
    expect((await administrators.list({ after: ids[0] ?? '', limit: 1 })).map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('is made and unmade in the audit log, by whoever it was', async () => {
    const { administrators, user, rows, first } = await openAdministrators();
    const origin = { actor: { kind: 'administrator', id: first }, address: '203.0.113.9' } as const;
    await administrators.add({ userId: user.id }, origin);
    await administrators.remove(user.id, origin);
    const subject = { kind: 'user', id: user.id };
    const about = (await rows()).filter(
      (row) => row.action.startsWith('administrator.') && row.subject?.id === user.id,
    );
    expect(about.map(({ action }) => action).sort()).toEqual(['administrator.add', 'administrator.remove']);
    for (const row of about) expect(row).toMatchObject({ ...origin, subject });
  });

  it('is refused for nobody, for an address that is taken and for a weak password', async () => {
    const { administrators, credentials, users } = await openAdministrators();
    const add = (who: Parameters<typeof administrators.add>[0]) => administrators.add(who, operator);
    await expect(add({ userId: 'nobody' })).rejects.toMatchObject({ code: 'user_not_found' });
    await expect(add({ ...second, email: credentials.email })).rejects.toMatchObject({ code: 'email_taken' });
    await expect(add({ ...second, password: 'short' })).rejects.toMatchObject({ code: 'weak_password' });
    expect(await users.list()).toHaveLength(2);
  });

  it('is always somebody who can sign in', async () => {
    const { administrators, users, user, first } = await openAdministrators();
    const remove = (id: string) => administrators.remove(id, operator);
    expect(await remove('nobody')).toBe(false);
    expect(await remove(user.id)).toBe(false);
    await expect(remove(first)).rejects.toMatchObject({ code: 'last_administrator' });
    expect(await administrators.isLast(first)).toBe(true);
    await administrators.add({ userId: user.id }, operator);
    expect(await administrators.isLast(first)).toBe(false);
    await users.disable(user.id);
    expect(await administrators.isLast(first)).toBe(true);
    await expect(remove(first)).rejects.toMatchObject({ code: 'last_administrator' });
    expect(await remove(user.id)).toBe(true);
    expect(await users.get(user.id)).not.toBeNull();
  });

  it('is one of them still when all are removed at once', async () => {
    const { administrators, user, first } = await openAdministrators();
    const third = (await administrators.add(second, operator)).administrator.id;
    await administrators.add({ userId: user.id }, operator);
    const all = await Promise.allSettled([first, third, user.id].map((id) => administrators.remove(id, operator)));
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ code: 'last_administrator' });
    expect(await administrators.list({ after: null, limit: 10 })).toHaveLength(1);
  });

  it('is nobody who was removed as a user, also when that happens at the same moment', async () => {
    const { administrators, users, user, records } = await openAdministrators();
    await Promise.allSettled([administrators.add({ userId: user.id }, operator), users.remove(user.id)]);
    expect(await users.get(user.id)).toBeNull();
    expect(await records.get('administrator', user.id)).toBeNull();
  });
});
