import { operator } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { day } from '../accounts-fixture.js';
import { openAdministrators, password, toRequest, toSent } from './administrators-fixture.js';

const hour = day / 24;

describe('the session of an administrator [P-172]', () => {
  it('never has an id that a client sent', async () => {
    const { signIn, who, first, stored } = await openAdministrators();
    const planted = `__Host-synckeep_admin=${'f'.repeat(64)}`;
    const cookie = await signIn({}, planted);
    expect(cookie).not.toBe(planted);
    expect(await who(planted)).toBeNull();
    expect(await who(cookie)).toBe(first);
    expect(await stored()).not.toContain('f'.repeat(64));
  });

  it('ends when somebody signs in anew with it, so that nobody who knew it comes along', async () => {
    const { signIn, who, first, count } = await openAdministrators();
    const before = await signIn();
    const after = await signIn({}, before);
    expect(await who(before)).toBeNull();
    expect(await who(after)).toBe(first);
    expect(await count('admin-session')).toBe(1);
  });

  it('is stored by a digest only', async () => {
    const { signIn, stored } = await openAdministrators();
    const token = (await signIn()).split('=')[1] ?? '';
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await stored()).not.toContain(token);
  });

  it('ends after 12 hours without a request', async () => {
    const { signIn, who, first, advance } = await openAdministrators();
    const cookie = await signIn();
    for (let n = 0; n < 3; n += 1) {
      advance(12 * hour - 1);
      expect(await who(cookie)).toBe(first);
    }
    advance(12 * hour);
    expect(await who(cookie)).toBeNull();
  });

  it('ends after 7 days, however often it is used', async () => {
    const { signIn, who, first, advance } = await openAdministrators();
    const cookie = await signIn();
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      expect(await who(cookie)).toBe(first);
      advance(6 * hour);
    }
    expect(await who(cookie)).toBe(first);
    advance(6 * hour);
    expect(await who(cookie)).toBeNull();
  });

  it('ends when told, also while another request keeps it alive, and leaves its cookie behind', async () => {
    const { administrators, signIn, who, advance, count } = await openAdministrators();
    const cookie = await signIn();
    advance(hour);
    const [, gone] = await Promise.all([who(cookie), administrators.signOut(toRequest(cookie)), who(cookie)]);
    expect(gone[0]).toMatch(/^__Host-synckeep_admin=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict; Secure$/);
    expect(await who(cookie)).toBeNull();
    expect(await count('admin-session')).toBe(0);
    expect(await administrators.signOut(toRequest())).toEqual(gone);
  });

  it.each([
    ['the tokens of the user are revoked', ({ users }, id) => users.revokeTokens(id)],
    ['the user is disabled', ({ users }, id) => users.disable(id)],
    [
      'the user gets another password',
      ({ users }, id) => users.setPassword(id, 'another horse', { revokeTokens: true }),
    ],
    ['the user is removed', ({ users }, id) => users.remove(id)],
    ['the user is no administrator any more', ({ administrators }, id) => administrators.remove(id, operator)],
  ] satisfies readonly (readonly [
    string,
    (f: Awaited<ReturnType<typeof openAdministrators>>, id: string) => Promise<unknown>,
  ])[])('ends at once when %s', async (_what, act) => {
    const opened = await openAdministrators();
    await opened.administrators.add({ email: 'second@example.com', password }, operator);
    const cookie = await opened.signIn();
    await act(opened, opened.first);
    expect(await opened.who(cookie)).toBeNull();
    expect(await opened.count('admin-session')).toBe(0);
  });

  it('does not come back with what ended it taken back, though the process died before it was swept', async () => {
    const { administrators, signIn, who, first, users, records, advance, options } = await openAdministrators();
    await administrators.add({ email: 'second@example.com', password }, operator);
    const cookie = await signIn();
    const [session] = await records.find('admin-session', 'user', first, { after: null, limit: 1 });
    if (!session) throw new Error('There is no session.');
    const put = { ...session, write: 'put', kind: 'admin-session', condition: 'any', unique: {}, indexes: {} } as const;
    const dieEarly = () => records.transact([put], options.clock.now());

    await administrators.remove(first, operator);
    await dieEarly();
    advance(1);
    await administrators.add({ userId: first }, operator);
    expect(await who(cookie)).toBeNull();

    const other = await signIn();
    await users.disable(first);
    await users.enable(first);
    await dieEarly();
    for (const each of [cookie, other]) expect(await who(each)).toBeNull();
  });

  it('lets nobody in by the cookies of the pages, or by no cookie', async () => {
    const { signIn, who } = await openAdministrators();
    const token = (await signIn()).split('=')[1] ?? '';
    for (const cookie of [`synckeep_browser=${token}`, '', '=', '__Host-synckeep_admin', '__Host-synckeep_admin='])
      expect(await who(cookie)).toBeNull();
  });

  it('is kept alive by the database, and goes on without it for as long as it was kept', async () => {
    const { administrators, signIn, who, first, advance, records } = await openAdministrators();
    const cookie = await signIn();
    const { transact } = records;
    records.transact = async () => {
      throw new Error('The disk is full.');
    };
    advance(12 * hour - 1);
    expect(await who(cookie)).toBe(first);
    records.transact = transact;
    advance(1);
    expect(await who(cookie)).toBeNull();
    expect(toSent((await administrators.signOut(toRequest(cookie)))[0])).toBe('__Host-synckeep_admin=');
  });
});
