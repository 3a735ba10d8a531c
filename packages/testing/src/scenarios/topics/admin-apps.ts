import { expect } from 'vitest';
import { controlCharacters, createAdministrator, hostileNames } from '../administrator.js';
import { change } from '../changes.js';
import type { Topic } from '../scenario.js';

const nobody = '00000000-0000-4000-8000-000000000000';

/** Apps by the admin API: P-180…P-183. */
export const adminApps: Topic = (scenario) => {
  scenario('makes an app and answers its key once, with which people log in [P-181]', async (f) => {
    const admin = await createAdministrator(f);
    const { app, api_key } = (await admin.call('createApp', { body: { name: '  Notes ' } })).ok();
    expect(app).toMatchObject({ name: 'Notes', paused: false, origins: [], redirects: [], link: null });
    expect(app).toMatchObject({ dialect: 'standard', require_base: false, registration: 'closed' });
    expect(app.keys).toEqual([{ prefix: api_key.slice(0, 10), generation: 1, valid_until: null }]);
    const seen = await admin.call('getApp', { params: { app_id: app.app_id } });
    expect(seen.ok()).toEqual(app);
    expect(seen.text).not.toContain(api_key);
    expect(await f.dump()).not.toContain(api_key);
    const device = await f.device(
      await f.logIn({ id: app.app_id, apiKey: api_key, publishingToken: '' }, await f.user()),
    );
    (await device.push([change('a')])).ok();
    expect((await admin.audit())[0]).toMatchObject({ action: 'app.create', app_id: app.app_id });
  });

  scenario('changes only what it is told to of an app, at once [P-181]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const params = { app_id: device.app.id };
    const before = (await admin.call('getApp', { params })).ok();
    expect((await admin.call('updateApp', { params, body: {} })).ok()).toEqual(before);
    const limits = { blob_limit: 1000, bytes_limit: 2000 };
    const lists = { origins: ['https://a.example', 'https://a.example'], redirects: ['com.example.notes:/back'] };
    const rest = { name: 'Tasks', dialect: 'rust-client', require_base: true, registration: 'invite' } as const;
    const changed = (await admin.call('updateApp', { params, body: { ...limits, ...lists, ...rest } })).ok();
    expect(changed).toEqual({
      ...before,
      ...limits,
      ...rest,
      origins: ['https://a.example'],
      redirects: lists.redirects,
    });
    const open = (await admin.call('updateApp', { params, body: { name: null, bytes_limit: null } })).ok();
    expect(open).toEqual({ ...changed, bytes_limit: null });
    (await admin.call('updateApp', { params, body: { paused: true } })).ok();
    f.clock.advance(2000);
    (await device.pull()).refusal('app_paused');
    (await admin.call('updateApp', { params, body: { paused: false } })).ok();
    f.clock.advance(2000);
    (await device.pull()).ok();
    expect((await admin.audit()).map(({ action }) => action)).toEqual(Array(4).fill('app.update'));
  });

  scenario('keeps names as they were given, whatever they hold, and refuses control characters [P-180]', async (f) => {
    const admin = await createAdministrator(f);
    for (const name of hostileNames) {
      const { app } = (await admin.call('createApp', { body: { name } })).ok();
      expect(app.name).toBe(name);
      const { apps } = (await admin.call('listApps', { query: { name } })).ok();
      expect(apps).toEqual([app]);
    }
    const params = { app_id: (await f.app()).id };
    for (const name of [...controlCharacters, '', '   ', 'x'.repeat(201)]) {
      for (const reply of [
        await admin.call('createApp', { body: { name } }),
        await admin.call('updateApp', { params, body: { name } }),
      ]) {
        expect(reply.status, JSON.stringify(name)).toBe(422);
      }
    }
  });

  scenario('refuses origins and redirects that could never match, or that a browser runs [P-181]', async (f) => {
    const admin = await createAdministrator(f);
    const params = { app_id: (await f.app()).id };
    const origins = ['https://a.example/', 'https://A.example', 'a.example', 'null', '*', 'https://a.example\u202E'];
    for (const origin of origins)
      (await admin.call('updateApp', { params, body: { origins: [origin] } })).refusal('invalid_request');
    const redirects = [
      'javascript:alert(1)',
      'http://a.example/back',
      'https://a.example/#x',
      'notes:/back',
      'https://u:p@a.example',
    ];
    for (const redirect of redirects)
      (await admin.call('updateApp', { params, body: { redirects: ['https://a.example/back', redirect] } })).refusal(
        'invalid_request',
      );
    expect((await admin.call('getApp', { params })).ok()).toMatchObject({ origins: [], redirects: [] });
  });

  scenario('pages through apps and finds them by the beginning of a name [P-180]', async (f) => {
    const admin = await createAdministrator(f);
    const made = new Set<string>();
    for (const name of ['Notes', 'notes 2', 'Tasks', 'Not', 'No']) {
      made.add((await admin.call('createApp', { body: { name } })).ok().app.app_id);
    }
    const walk = async (query: Record<string, string>) => {
      const found: string[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const page: { apps: { app_id: string; name: string }[]; next: string | null } = (
          await admin.call('listApps', { query: { ...query, limit: '2', ...(after && { after }) } })
        ).ok();
        found.push(...page.apps.map(({ name }) => name));
        after = page.next;
      }
      return found.sort();
    };
    expect(await walk({})).toEqual(['No', 'Not', 'Notes', 'Tasks', 'notes 2']);
    expect(await walk({ name: 'NOTES' })).toEqual(['Notes', 'notes 2']);
    expect(await walk({ name: '%' })).toEqual([]);
  });

  scenario('replaces a key at once, or with an overlap in which both work [P-182]', async (f) => {
    const admin = await createAdministrator(f);
    const old = await f.device();
    const params = { app_id: old.app.id };
    const { app, api_key } = (await admin.call('rotateAppKey', { params, body: { overlap_seconds: 60 } })).ok();
    expect(app.keys.map(({ generation, valid_until }) => [generation, valid_until !== null])).toEqual([
      [2, false],
      [1, true],
    ]);
    (await old.pull()).ok();
    f.clock.advance(62_000);
    (await old.pull()).refusal('invalid_token');
    const young = await f.device(await f.logIn({ ...old.app, apiKey: api_key }, old.user));
    (await admin.call('rotateAppKey', { params, body: {} })).ok();
    f.clock.advance(2000);
    (await young.pull()).refusal('invalid_token');
    expect((await admin.audit()).map(({ action }) => action)).toEqual(['app.rotate_key', 'app.rotate_key']);
  });

  scenario('erases an app when its name is typed exactly, and leaves nothing of it [P-183]', async (f) => {
    const admin = await createAdministrator(f);
    const device = await f.device();
    const other = await f.device();
    await device.write('a', 'b');
    await other.write('c');
    const params = { app_id: device.app.id };
    for (const confirm of ['notes', 'Notes ', device.app.id])
      (await admin.call('eraseApp', { params, body: { confirm } })).refusal('confirmation_required');
    (await device.pull()).ok();
    expect((await admin.call('eraseApp', { params, body: { confirm: 'Notes' } })).status).toBe(204);
    (await admin.call('getApp', { params })).refusal('app_not_found');
    (await admin.call('eraseApp', { params, body: { confirm: 'Notes' } })).refusal('app_not_found');
    const dump = await f.dump();
    for (const id of [device.app.id, device.id]) expect(dump).not.toContain(id);
    expect((await other.pullAll({ include_own: true })).rowIds).toEqual(['c']);
    expect((await admin.audit())[0]).toMatchObject({ action: 'app.delete' });
  });

  scenario('answers 404 for an app that is not there [P-180]', async (f) => {
    const admin = await createAdministrator(f);
    const params = { app_id: nobody };
    (await admin.call('getApp', { params })).refusal('app_not_found');
    (await admin.call('updateApp', { params, body: { paused: true } })).refusal('app_not_found');
    (await admin.call('updateApp', { params, body: {} })).refusal('app_not_found');
    (await admin.call('rotateAppKey', { params, body: {} })).refusal('app_not_found');
    (await admin.call('eraseApp', { params, body: { confirm: 'x' } })).refusal('app_not_found');
    (await admin.call('listAppUsers', { params })).refusal('app_not_found');
  });
};
