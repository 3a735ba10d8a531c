import { createSyncServer } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { adminScopes } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { useMailbox } from './letters-fixture.js';
import { tokenIn } from './mailbox.js';

const { mailbox, createWithMail } = useMailbox();
const origin = { actor: { kind: 'admin', id: 'token' }, address: '203.0.113.7' } as const;
const password = 'a long enough password';

/** Built-in users with a server whose admin API administers them. */
const createStage = async () => {
  const storage = createMemoryStorage();
  const fixture = await createWithMail({ records: storage.records });
  const server = createSyncServer({
    ...{ storage, notifier: createMemoryNotifier(), rateLimiter: 'off' },
    blobStore: createMemoryBlobStore({ baseUrl: () => 'https://sync.example.org' }),
    ...{ authenticator: fixture.authenticator, login: fixture.login, users: fixture.directory },
  });
  const handle = createFetchHandler(server);
  const call = async (
    method: string,
    path: string,
    scopes: readonly (typeof adminScopes)[number][],
    body?: unknown,
  ) => {
    const { text } = await server.adminTokens.create({ name: 'of a test', scopes });
    const answer = await handle(
      new Request(`https://sync.example.org/api/sync/admin${path}`, {
        method,
        headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const said = await answer.text();
    return { status: answer.status, body: said === '' ? null : JSON.parse(said) };
  };
  return { ...fixture, server, call };
};

describe('the directory of the built-in users', () => {
  it('sends an invitation to the address, by whose link somebody registers [P-185]', async () => {
    const { directory, registration, users, saveApp, app } = await createWithMail();
    await saveApp({ ...app, registration: 'invite' });
    const invitation = { email: 'invited@example.com', appId: app.id, isSent: true };
    const made = await directory.invite(invitation, origin);
    expect(made.isSent).toBe(true);
    const token = tokenIn(await mailbox().waitFor('invited@example.com'));
    expect(made.url).toContain(token);
    const registered = await registration.complete(token, password, null);
    expect(await users.get(registered?.userId ?? '')).toMatchObject({ email: 'invited@example.com' });
    const silent = await directory.invite({ ...invitation, email: 'silent@example.com', isSent: false }, origin);
    expect(silent.isSent).toBe(false);
  });

  it('finds those who are disabled among thousands, in pages that may be empty [P-184]', async () => {
    const { directory, records, user, now } = await createWithMail();
    const value = { passwordHash: '', generation: 1, createdAt: now(), verifiedAt: null };
    for (let start = 0; start < 2_500; start += 500) {
      const writes = Array.from({ length: 500 }, (_, n) => {
        const [key, email] = [`${String(start + n).padStart(6, '0')}`, `user${start + n}@example.com`];
        const names = { unique: { email }, indexes: { all: [''] } };
        const record = { ...value, email, disabled: start + n === 2_321 };
        return {
          write: 'put',
          kind: 'user',
          key,
          condition: 'absent',
          value: record,
          expiresAt: null,
          ...names,
        } as const;
      });
      await records.transact(writes, now());
    }
    const found: string[] = [];
    let pages = 0;
    for (let after: string | null = null; ; pages++) {
      const page = await directory.list({ isDisabled: true }, { after, limit: 100 });
      found.push(...page.users.map(({ email }) => email));
      after = page.next;
      if (after === null) break;
    }
    expect(found).toEqual(['user2321@example.com']);
    expect(pages).toBeGreaterThanOrEqual(1);
    const [first] = (await directory.list({ email: user.email.slice(0, 4) }, { after: null, limit: 1 })).users;
    expect(first).toMatchObject({ id: user.id, isDisabled: false, hasSecondFactor: false });
  });

  it('shows a second factor and turns it off for somebody who lost it [P-186]', async () => {
    const { directory, secondFactor, records, user, now } = await createWithMail();
    const factor = { sealed: { secretId: 'first', data: '' }, lastStep: 0, recovery: [], since: now() };
    const names = { unique: {}, indexes: { secret: ['first'] } };
    const write = { write: 'put', kind: 'second-factor', key: user.id, condition: 'absent', expiresAt: null } as const;
    await records.transact([{ ...write, value: factor, ...names }], now());
    expect(await directory.get(user.id)).toMatchObject({ hasSecondFactor: true });
    await directory.resetSecondFactor(user.id, origin);
    await directory.resetSecondFactor(user.id, origin);
    expect(await secondFactor.isOn(user.id)).toBe(false);
    expect(await directory.get(user.id)).toMatchObject({ hasSecondFactor: false });
  });

  it('lets nobody become an administrator by changing one, without the scope that makes them [P-186]', async () => {
    const { administrators, users, user, call } = await createStage();
    await administrators.add({ userId: user.id }, origin);
    const others = adminScopes.filter((scope) => scope !== 'administrators:write');
    const ways = [
      ['PATCH', '', { email: 'mallory@example.com' }],
      ['PATCH', '', { disabled: true }],
      ['POST', '/reset-password-link'],
      ['POST', '/reset-second-factor'],
      ['POST', '/revoke-tokens'],
      ['POST', '/erase', { confirm: user.email }],
    ] as const;
    for (const [method, path, body] of ways) {
      const answer = await call(method, `/users/${user.id}${path}`, others, body);
      expect(answer, `${method} ${path}`).toMatchObject({ status: 403, body: { code: 'scope_required' } });
      expect(answer.body.details).toEqual({ scope: 'administrators:write' });
    }
    expect(await users.get(user.id)).toMatchObject({ email: user.email, disabled: false });
    const link = await call('POST', `/users/${user.id}/reset-password-link`, ['users:write', 'administrators:write']);
    expect(link.status).toBe(200);
  });

  it('neither disables nor erases the last administrator [P-186]', async () => {
    const { administrators, users, user, call } = await createStage();
    await administrators.add({ userId: user.id }, origin);
    const path = `/users/${user.id}`;
    const last = { status: 409, body: { code: 'last_administrator' } };
    expect(await call('PATCH', path, adminScopes, { disabled: true })).toMatchObject(last);
    const both = { disabled: true, email: 'another@example.com' };
    expect(await call('PATCH', path, adminScopes, both)).toMatchObject(last);
    expect(await users.get(user.id)).toMatchObject({ email: user.email });
    expect(await call('POST', `${path}/erase`, adminScopes, { confirm: user.email })).toMatchObject(last);
    expect(await call('GET', path, adminScopes)).toMatchObject({ body: { administrator: true, disabled: false } });
    await administrators.add({ email: 'other@example.com', password }, origin);
    expect((await call('POST', `${path}/erase`, adminScopes, { confirm: user.email })).status).toBe(204);
    expect(await users.get(user.id)).toBeNull();
    expect(await administrators.has(user.id)).toBe(false);
  });

  it.each([
    ['disabled', 'PATCH', '', () => ({ disabled: true })],
    ['erased', 'POST', '/erase', (confirm: string) => ({ confirm })],
  ] as const)(
    'keeps one of the last two administrators when both are %s at once [P-186]',
    async (_, method, path, toBody) => {
      const { administrators, users, user, call } = await createStage();
      await administrators.add({ userId: user.id }, origin);
      const email = 'other@example.com';
      const { administrator: other } = await administrators.add({ email, password }, origin);
      const answers = await Promise.all(
        [
          { id: user.id, email: user.email },
          { id: other.id, email },
        ].map((each) => call(method, `/users/${each.id}${path}`, adminScopes, toBody(each.email))),
      );
      expect(answers.filter(({ body }) => body?.code === 'last_administrator')).toHaveLength(1);
      const left = await Promise.all([user.id, other.id].map((id) => users.get(id)));
      expect(left.filter((each) => each?.disabled === false)).toHaveLength(1);
    },
  );
});
