import { type AuditFilter, listAudit, operator, type RecordWrite } from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';
import { expect, it } from 'vitest';
import { createFixture } from './accounts-fixture.js';

const open = async (overrides: Parameters<typeof createFixture>[0] = {}) => {
  const fixture = await createFixture(overrides);
  const rows = async (filter: AuditFilter = {}) =>
    (await listAudit(fixture.records, filter, { after: null, limit: 1000 })).rows;
  const actions = async (filter?: AuditFilter) => (await rows(filter)).map(({ action }) => action);
  const fail = (wrong: object = { password: 'wrong horse' }) =>
    expect(fixture.login.login({ ...fixture.credentials, ...wrong })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  return { ...fixture, rows, actions, fail };
};

it('names who did what to which user, without the e-mail address or the password', async () => {
  const { users, user, rows, advance, credentials } = await open();
  const admin = { actor: { kind: 'admin', id: 'token-1' }, address: '203.0.113.9' } as const;
  for (const deed of [
    () => users.setPassword(user.id, 'another horse', { revokeTokens: true }),
    () => users.revokeTokens(user.id),
    () => users.by(admin).disable(user.id),
    () => users.by(admin).enable(user.id),
  ]) {
    advance(1);
    await deed();
  }
  const subject = { kind: 'user', id: user.id };
  expect([...(await rows())].reverse()).toMatchObject([
    { action: 'user.create', ...operator, subject, details: {} },
    { action: 'user.password', ...operator, subject, details: { revoke_tokens: true } },
    { action: 'user.revoke_tokens', ...operator, subject },
    { action: 'user.disable', ...admin, subject },
    { action: 'user.enable', ...admin, subject },
  ]);
  for (const secret of [credentials.email, 'horse', 'hashed'])
    expect(JSON.stringify(await rows())).not.toContain(secret);
});

it('has no row for a deed that was not done', async () => {
  const { users, credentials, actions } = await open();
  await expect(users.create(credentials.email, 'correct horse')).rejects.toMatchObject({ code: 'email_taken' });
  await expect(users.disable('nobody')).rejects.toMatchObject({ code: 'unknown_user' });
  expect(await actions()).toEqual(['user.create']);
});

it('has a row for a login and one for a failed login, also of nobody and with a wrong key', async () => {
  const { logIn, fail, rows, advance, user, app, credentials } = await open();
  advance(1);
  await logIn();
  for (const wrong of [{ password: 'wrong' }, { email: 'nobody@example.com' }, { apiKey: 'sk_wrong' }]) {
    advance(1);
    await fail(wrong);
  }
  const { address } = credentials;
  const subject = { kind: 'user', id: user.id };
  const failed = { action: 'login.fail', actor: { kind: 'user', id: null }, address, details: {} };
  expect([...(await rows())].reverse().slice(1)).toMatchObject([
    { action: 'login', actor: subject, appId: app.id, subject, address },
    { ...failed, appId: app.id, subject },
    { ...failed, appId: app.id, subject: null },
    { ...failed, appId: null, subject },
  ]);
});

it('writes a bounded number of rows, however often a login fails or a user logs in, and says how many it left out', async () => {
  const { logIn, fail, rows, actions, advance } = await open();
  for (let n = 0; n < 130; n += 1) await fail();
  expect(await actions({ action: 'login.fail' })).toHaveLength(100);
  advance(60_000);
  await fail();
  const [newest] = await rows({ action: 'login.fail' });
  expect(newest?.details).toEqual({ left_out: 30 });
  for (let n = 0; n < 70; n += 1) await logIn();
  expect(await actions({ action: 'login' })).toHaveLength(60);
});

it('names nobody in the row of a failed login when the user is removed meanwhile', async () => {
  const { records } = createMemoryStorage();
  let remove = async () => {};
  const transact = async (writes: readonly RecordWrite[], now: number) => {
    const isFailure = writes.some(
      (write) => write.write === 'put' && JSON.stringify(write.value).includes('login.fail'),
    );
    if (isFailure) await remove();
    return records.transact(writes, now);
  };
  const { users, user, fail, rows } = await open({ records: { ...records, transact } });
  remove = async () => {
    remove = async () => {};
    await users.remove(user.id);
  };
  await fail();
  const [failure] = await rows({ action: 'login.fail' });
  expect(failure).toMatchObject({ subject: null, appId: null });
  expect(JSON.stringify(await rows())).not.toContain(user.id);
});
