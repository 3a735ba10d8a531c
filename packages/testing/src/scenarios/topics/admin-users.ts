import type { RecordWrite } from '@synckeep/core';
import { expect } from 'vitest';
import { createAdministrator, type TestAdministrator } from '../administrator.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const password = 'canary-password-of-somebody';

const createUsers = async (admin: TestAdministrator, ...emails: readonly string[]) => {
  const users: { readonly user_id: string; readonly email: string }[] = [];
  for (const email of emails) users.push((await admin.call('createUser', { body: { email, password } })).ok());
  return users;
};

/** The e-mail addresses of every page. */
const walk = async (admin: TestAdministrator, query: Record<string, string>): Promise<readonly string[]> => {
  const found: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { users: { email: string }[]; next: string | null } = (
      await admin.call('listUsers', { query: { ...query, ...(after && { after }) } })
    ).ok();
    found.push(...page.users.map(({ email }) => email));
    after = page.next;
  }
  return found;
};

const logInAs = async (f: Fixture, email: string) => {
  const app = await f.app();
  return f.call('login', { body: { email, password, api_key: app.apiKey } });
};

/** Users, their logs and their devices by the admin API: P-183…P-189. */
export const adminUsers: Topic = (scenario) => {
  scenario('makes a user who can log in, and tells nobody the password [P-185]', async (f) => {
    const admin = await createAdministrator(f);
    const reply = await admin.call('createUser', { body: { email: ' Alice@Example.com ', password } });
    const user = reply.ok();
    expect(user).toMatchObject({ email: 'Alice@Example.com', disabled: false, verified_at: null });
    expect(user).toMatchObject({ second_factor: false, administrator: false });
    expect(reply.text).not.toContain(password);
    expect((await admin.call('getUser', { params: { user_id: user.user_id } })).ok()).toEqual(user);
    (await logInAs(f, 'Alice@Example.com')).ok();
    (await admin.call('createUser', { body: { email: 'alice@example.COM', password } })).refusal('email_taken');
    for (const email of ['alice', 'a@b@c', 'a b@c', '@c', 'a\u0007@example.com'])
      (await admin.call('createUser', { body: { email, password } })).refusal('invalid_email');
    const weak = await admin.call('createUser', { body: { email: 'bob@example.com', password: 'short' } });
    expect(weak.refusal('weak_password')).toEqual({ reason: 'password_too_short' });
    expect((await admin.audit()).map(({ action, subject }) => [action, subject?.id])).toEqual([
      ['user.create', user.user_id],
    ]);
  });

  scenario('finds users by the beginning of an address, in order of address, page by page [P-184]', async (f) => {
    const admin = await createAdministrator(f);
    const emails = [
      'bob@x.example',
      'Alice@x.example',
      'al@x.example',
      'alan@x.example',
      'a%@x.example',
      'zoe@x.example',
    ];
    await createUsers(admin, ...emails);
    expect(await walk(admin, { email: 'AL', limit: '2' })).toEqual([
      'al@x.example',
      'alan@x.example',
      'Alice@x.example',
    ]);
    expect(await walk(admin, { email: 'a%' })).toEqual(['a%@x.example']);
    expect(await walk(admin, { email: 'alan@x.example' })).toEqual(['alan@x.example']);
    expect(await walk(admin, { email: 'nobody' })).toEqual([]);
    expect([...(await walk(admin, { limit: '1' }))].sort()).toEqual([...emails].sort());
  });

  scenario('keeps addresses as they were given, whatever they hold [P-184]', async (f) => {
    const admin = await createAdministrator(f);
    const hostile = ["'OR'1'='1@x.example", '{{7*7}}@x.example', '&#60img@x.example', 'gnp.\u202Eexe@x.example'];
    await createUsers(admin, ...hostile);
    for (const email of hostile) expect(await walk(admin, { email: email.slice(0, 3) })).toContain(email);
  });

  scenario('disables a user, whose sessions end, and enables again [P-186]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const params = { user_id: device.user.id };
    expect((await admin.call('updateUser', { params, body: { disabled: true } })).ok()).toMatchObject({
      disabled: true,
    });
    f.clock.advance(2000);
    (await device.pull()).refusal('invalid_token');
    const body = { email: device.user.email, password: device.user.password, api_key: device.app.apiKey };
    (await f.call('login', { body })).refusal('invalid_credentials');
    expect(await walk(admin, { disabled: 'true', limit: '1' })).toEqual([device.user.email]);
    expect(await walk(admin, { disabled: 'false' })).toEqual([]);
    // Sent twice it is done once.
    (await admin.call('updateUser', { params, body: { disabled: true } })).ok();
    (await admin.call('updateUser', { params, body: { disabled: false } })).ok();
    (await f.call('login', { body })).ok();
    expect((await admin.audit()).map(({ action }) => action)).toEqual(['user.enable', 'user.disable']);
  });

  scenario('moves a user to another address, under which nobody else is [P-186]', async (f) => {
    const admin = await createAdministrator(f);
    const [alice, bob] = await createUsers(admin, 'alice@x.example', 'bob@x.example');
    const params = { user_id: alice?.user_id ?? '' };
    const move = (email: string) => admin.call('updateUser', { params, body: { email } });
    (await move(bob?.email ?? '')).refusal('email_taken');
    (await move('nothing')).refusal('invalid_email');
    expect((await move('Carol@x.example')).ok()).toMatchObject({ email: 'Carol@x.example', verified_at: null });
    (await logInAs(f, 'Carol@x.example')).ok();
    expect(await walk(admin, { email: 'alice' })).toEqual([]);
    expect((await admin.audit())[0]).toMatchObject({ action: 'user.email', subject: { id: params.user_id } });
    expect((await admin.call('listAudit', {})).text).not.toContain('@x.example');
  });

  scenario('ends every session of a user, who can log in again [P-186]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const params = { user_id: device.user.id };
    expect((await admin.call('revokeUserTokens', { params })).status).toBe(204);
    f.clock.advance(2000);
    (await device.pull()).refusal('invalid_token');
    await f.logIn(device.app, device.user);
    expect((await admin.audit())[0]).toMatchObject({ action: 'user.revoke_tokens' });
    expect((await admin.call('resetSecondFactor', { params })).status).toBe(204);
  });

  scenario('makes links to register and to choose a new password [P-185] [P-186]', async (f) => {
    const admin = await createAdministrator(f);
    const user = await f.user();
    const closed = await f.app();
    const open = await f.app({ registration: 'invite' });
    const invite = (email: string, app_id: string) => admin.call('inviteUser', { body: { email, app_id } });
    (await invite('new@x.example', closed.id)).refusal('registration_closed');
    (await invite('new@x.example', nobody)).refusal('app_not_found');
    (await invite(user.email, open.id)).refusal('email_taken');
    const invitation = (await invite('new@x.example', open.id)).ok();
    expect(invitation.sent).toBe(false);
    expect(invitation.url).toMatch(/^https:\/\/sync\.example\.com\/account\/register\?token=\w+$/);
    expect(Date.parse(invitation.expires_at)).toBeGreaterThan(f.clock.now());
    const params = { user_id: user.id };
    expect((await admin.call('createResetLink', { params })).ok().url).toContain('/account/reset?token=');
    (await admin.call('updateUser', { params, body: { disabled: true } })).ok();
    (await admin.call('createResetLink', { params })).refusal('user_not_found');
    const actions = (await admin.audit()).map(({ action }) => action);
    expect(actions).toEqual(['user.disable', 'user.reset_link', 'user.invite']);
  });

  scenario('erases a user when the address is typed exactly, and leaves nothing [P-183]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const elsewhere = await f.device(await f.logIn(await f.app(), device.user));
    const other = await f.device(await f.caller(device.app));
    for (const each of [device, elsewhere, other]) await each.write('a');
    const params = { user_id: device.user.id };
    for (const confirm of [device.user.email.toUpperCase(), ` ${device.user.email}`, device.user.id])
      (await admin.call('eraseUser', { params, body: { confirm } })).refusal('confirmation_required');
    (await device.pull()).ok();
    expect((await admin.call('eraseUser', { params, body: { confirm: device.user.email } })).status).toBe(204);
    (await admin.call('getUser', { params })).refusal('user_not_found');
    (await admin.call('eraseUser', { params, body: { confirm: device.user.email } })).refusal('user_not_found');
    const dump = await f.dump();
    for (const trace of [device.user.id, device.user.email, device.id, elsewhere.id]) expect(dump).not.toContain(trace);
    expect((await other.pullAll({ include_own: true })).rowIds).toEqual(['a']);
    expect((await admin.audit()).map(({ action }) => action)).toContain('user.erase');
  });

  scenario('goes on with an erasing that was interrupted [P-183]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    await device.write('a');
    // As a process leaves it that died after the first step.
    const { id } = device.app;
    const erasing = { kind: 'erasing', key: `app/${id}`, value: { what: 'app', id }, indexes: { all: [''] } };
    const writes: readonly RecordWrite[] = [
      { write: 'delete', kind: 'app', key: id, condition: 'any' },
      { write: 'put', condition: 'any', expiresAt: null, unique: {}, ...erasing },
    ];
    await f.storage.records.transact(writes, f.clock.now());
    expect(await f.dump()).toContain(device.id);
    await f.maintain();
    const dump = await f.dump();
    for (const trace of [id, device.id]) expect(dump).not.toContain(trace);
    (await admin.call('eraseApp', { params: { app_id: id }, body: { confirm: 'x' } })).refusal('app_not_found');
  });

  scenario('answers everything that a user stored as an attachment, and writes that down [P-187]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const other = await f.device(await f.caller(device.app));
    await device.write('mine');
    await other.write('theirs');
    const reply = await admin.call('exportUser', { params: { user_id: device.user.id } });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-disposition']).toBe('attachment; filename="synckeep-export.ndjson"');
    const lines = reply.text
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines[0]).toMatchObject({ synckeep_export: 1, user_id: device.user.id });
    expect(lines.filter(({ type }) => type === 'change').map(({ row_id }) => row_id)).toEqual(['mine']);
    expect(lines.at(-1)).toMatchObject({ type: 'end' });
    expect((await admin.audit())[0]).toMatchObject({ action: 'user.export', subject: { id: device.user.id } });
  });

  scenario('shows who stores how much in an app, and in which apps a user does [P-188]', async (f) => {
    const admin = await createAdministrator(f);
    const app = await f.app({ bytesLimit: 5000 });
    const devices = [await f.device(await f.caller(app)), await f.device(await f.caller(app))];
    for (const each of devices) await each.write('a', 'b');
    const [one] = devices;
    if (!one) throw new Error('No device was made.');
    const elsewhere = await f.device(await f.logIn(await f.app(), one.user));
    const found: { user_id: string; total_changes: number; bytes_limit: number | null }[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query: Record<string, string> = { limit: '1', ...(after && { after }) };
      const page = (await admin.call('listAppUsers', { params: { app_id: app.id }, query })).ok();
      found.push(...page.scopes);
      after = page.next;
    }
    expect(found.map(({ user_id }) => user_id).sort()).toEqual(devices.map(({ user }) => user.id).sort());
    for (const scope of found) expect(scope).toMatchObject({ total_changes: 2, bytes_limit: 5000, devices: 1 });
    const { scopes, next } = (await admin.call('listUserApps', { params: { user_id: one.user.id } })).ok();
    expect(scopes.map(({ app_id }) => app_id).sort()).toEqual([app.id, elsewhere.app.id].sort());
    expect(next).toBeNull();
  });

  scenario('lists the devices of a user, and removes one with its sessions [P-189]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device(undefined, '<img src=x onerror=alert(1)>');
    await device.write('a');
    const query = { app_id: device.app.id, user_id: device.user.id };
    const { devices } = (await admin.call('listUserDevices', { query })).ok();
    expect(devices).toEqual((await device.call('listDevices')).ok());
    expect(devices[0]?.device_name).toBe('<img src=x onerror=alert(1)>');
    const params = { ...query, device_id: device.id };
    expect((await admin.call('removeUserDevice', { params })).status).toBe(204);
    f.clock.advance(2000);
    (await device.pull()).refusal('invalid_token');
    (await admin.call('removeUserDevice', { params })).refusal('device_not_found');
    (await admin.call('removeUserDevice', { params: { ...params, user_id: nobody } })).refusal('device_not_found');
    (await admin.call('removeUserDevice', { params: { ...params, app_id: nobody } })).refusal('app_not_found');
    expect((await admin.audit())[0]).toMatchObject({ action: 'device.remove', app_id: device.app.id });
    const again = await f.device(await f.logIn(device.app, device.user));
    expect((await again.pullAll()).rowIds).toEqual(['a']);
  });

  scenario('answers 404 for a user who is not there [P-184]', async (f) => {
    const admin = await createAdministrator(f);
    const params = { user_id: nobody };
    for (const reply of [
      await admin.call('getUser', { params }),
      await admin.call('updateUser', { params, body: { disabled: true } }),
      await admin.call('eraseUser', { params, body: { confirm: 'x' } }),
      await admin.call('revokeUserTokens', { params }),
      await admin.call('resetSecondFactor', { params }),
      await admin.call('createResetLink', { params }),
      await admin.call('exportUser', { params }),
      await admin.call('listUserApps', { params }),
    ])
      reply.refusal('user_not_found');
  });

  scenario(
    "has no users where they are the host's, but what they stored [P-184]",
    async (f) => {
      const admin = await createAdministrator(f);
      const device = await f.device();
      await device.write('a');
      const params = { user_id: device.user.id };
      for (const reply of [
        await admin.call('listUsers'),
        await admin.call('getUser', { params }),
        await admin.call('createUser', { body: { email: 'a@x.example', password } }),
        await admin.call('eraseUser', { params, body: { confirm: device.user.email } }),
      ])
        reply.refusal('users_disabled');
      expect((await admin.call('listUserApps', { params })).ok().scopes).toHaveLength(1);
      expect((await admin.call('exportUser', { params })).text).toContain('"row_id":"a"');
    },
    { areUsersOfHost: true },
  );
};
