import { adminScopes } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { CallInput } from '../fixture.js';
import type { Topic } from '../scenario.js';
import { ownPage, setUpSample } from '../test-administrators.js';

const rest = { headers: ownPage, body: { email: setUpSample.email, password: setUpSample.password } } as const;

/** Who may administer, and with what: P-170 to P-176. */
export const administrators: Topic = (scenario) => {
  scenario('says who is signed in, and what there is for an administrator [P-172]', async (f) => {
    const nobody = (await f.call('adminSession')).ok();
    expect(nobody).toMatchObject({ administrator: null, needs_setup: true, sign_in_enabled: true });
    const { administrator } = (await f.call('setUpAdministrator', { headers: ownPage, body: setUpSample })).ok();
    const signedIn = await f.call('signInAdministrator', rest);
    expect(signedIn.ok().administrator).toEqual(administrator);
    const cookie = signedIn.headers['set-cookie']?.split(';', 1)[0] ?? '';
    const somebody = (await f.call('adminSession', { headers: { cookie } })).ok();
    expect(somebody).toEqual({ ...nobody, administrator, needs_setup: false });
    const gone = await f.call('signOutAdministrator', { headers: { ...ownPage, cookie } });
    expect(gone.headers['set-cookie']).toContain('Max-Age=0');
    expect((await f.call('adminSession', { headers: { cookie } })).ok().administrator).toBeNull();
  });

  scenario('names the administrator in the audit log [P-170]', async (f) => {
    const device = await f.device();
    const headers = f.administrators.signedIn();
    const { administrator } = (await f.call('adminSession', { headers })).ok();
    const body = { kind: 'item', id: 'pro' } as const;
    (await f.call('linkApp', { headers, params: { app_id: device.app.id }, body })).ok();
    const { rows } = (await f.call('listAudit', { headers, query: { action: 'app.update' } })).ok();
    expect(rows[0]?.actor).toEqual({ kind: 'administrator', id: administrator?.id });
  });

  scenario('grants the header of administrators to no other origin [P-171]', async (f) => {
    const origin = 'https://notes.example.com';
    await f.app({ origins: [origin] });
    for (const path of ['/api/admin/apps', '/api/sync/admin/tokens', '/api/admin/session']) {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-synckeep-admin' };
      const { headers } = await f.send({ method: 'OPTIONS', path, headers: { origin, ...asked } });
      expect(headers['access-control-allow-headers']).toContain('authorization');
      expect(headers['access-control-allow-headers']).not.toContain('x-synckeep-admin');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  scenario('takes an admin token for itself, though a cookie comes along [P-170]', async (f) => {
    const { text } = await f.server.adminTokens.create({ name: 'CI', scopes: ['apps:read'] });
    const { cookie = '' } = f.administrators.signedIn();
    const headers = { cookie, origin: 'https://elsewhere.example' };
    (await f.call('listApps', { token: text, headers })).ok();
    expect((await f.call('listAudit', { token: text, headers })).refusal('scope_required')).toEqual({
      scope: 'audit:read',
    });
    (await f.call('listApps', { token: 'garbage', headers })).refusal('invalid_token');
  });

  scenario('lets nobody make a token that can do more than they can [P-175]', async (f) => {
    const body = (scopes: readonly string[]): CallInput => ({ body: { name: 'CI', scopes } });
    const few = { headers: f.administrators.signedIn(['tokens:write', 'apps:read']) };
    (await f.call('createAdminToken', { ...few, ...body(['apps:read', 'apps:read']) })).ok();
    const refused = await f.call('createAdminToken', { ...few, ...body(['apps:read', 'apps:write']) });
    expect(refused.refusal('scope_required')).toEqual({ scope: 'apps:write' });
    const { text } = await f.server.adminTokens.create({ name: 'few', scopes: ['tokens:write'] });
    const byToken = await f.call('createAdminToken', { token: text, ...body(['administrators:write']) });
    expect(byToken.refusal('scope_required')).toEqual({ scope: 'administrators:write' });
    const { tokens } = await f.server.adminTokens.list({ after: null, limit: 10 });
    expect(tokens.map(({ scopes }) => scopes).sort()).toEqual([['apps:read'], ['tokens:write']]);
  });

  scenario('makes tokens that end by themselves, and lists those that have not [P-175]', async (f) => {
    const headers = f.administrators.signedIn();
    const create = async (expires_in: number | null) =>
      (
        await f.call('createAdminToken', {
          headers,
          body: { name: `${expires_in}`, scopes: ['apps:read'], expires_in },
        })
      ).ok();
    const made = [await create(60), await create(120), await create(null)];
    for (const { token, text } of made) expect(text.startsWith(token.prefix)).toBe(true);
    const listed = async () => {
      const names: string[] = [];
      for (let after: string | null = null; ; ) {
        const query: Record<string, string> = { limit: '1', ...(after !== null && { after }) };
        const page: { tokens: { name: string }[]; next: string | null } = (
          await f.call('listAdminTokens', { headers, query })
        ).ok();
        names.push(...page.tokens.map(({ name }) => name));
        after = page.next;
        if (after === null) return names.sort();
      }
    };
    expect(await listed()).toEqual(['120', '60', 'null']);
    const [short, long, endless] = made;
    f.clock.advance(60_000);
    (await f.call('listApps', { token: short?.text ?? '' })).refusal('invalid_token');
    (await f.call('listApps', { token: long?.text ?? '' })).ok();
    expect(await listed()).toEqual(['120', 'null']);
    f.clock.advance(60_000);
    expect(await listed()).toEqual(['null']);
    const params = { token_id: endless?.token.id ?? '' };
    (await f.call('revokeAdminToken', { headers, params })).ok();
    (await f.call('revokeAdminToken', { headers, params })).refusal('admin_token_not_found');
    (await f.call('listApps', { token: endless?.text ?? '' })).refusal('invalid_token');
    expect(await f.dump()).not.toContain(endless?.text);
  });

  scenario('adds one user or a new one, and never both or half of it [P-176]', async (f) => {
    const headers = f.administrators.signedIn();
    const { email, password } = setUpSample;
    const user = await f.user();
    const halves = [{}, { email }, { password }, { user_id: user.id, email }, { user_id: user.id, email, password }];
    for (const body of halves) (await f.call('addAdministrator', { headers, body })).refusal('invalid_request');
    expect((await f.call('addAdministrator', { headers, body: { email, password } })).status).toBe(201);
    expect((await f.call('addAdministrator', { headers, body: { user_id: user.id } })).status).toBe(201);
    expect((await f.call('addAdministrator', { headers, body: { user_id: user.id } })).status).toBe(200);
    const { administrators: all } = (await f.call('listAdministrators', { headers })).ok();
    expect(all).toHaveLength(2);
    const [first, second] = all.map(({ id }) => ({ administrator_id: id }));
    (await f.call('removeAdministrator', { headers, params: first ?? {} })).ok();
    (await f.call('removeAdministrator', { headers, params: first ?? {} })).refusal('administrator_not_found');
    (await f.call('removeAdministrator', { headers, params: second ?? {} })).refusal('last_administrator');
  });

  scenario(
    'leaves administrators to the host where it signs them in [P-170] [P-173]',
    async (f) => {
      const { administrator, ...session } = (await f.call('adminSession')).ok();
      expect(administrator).toEqual({ id: 'ops', email: null, name: 'Ops', scopes: ['apps:read'] });
      expect(session).toMatchObject({ needs_setup: false, sign_in_enabled: false });
      (await f.call('listApps')).ok();
      (await f.call('listAudit')).refusal('scope_required');
      (await f.call('setUpAdministrator', { headers: ownPage, body: setUpSample })).refusal('administrators_disabled');
      (await f.call('signInAdministrator', rest)).refusal('administrators_disabled');
      (await f.call('signOutAdministrator', { headers: ownPage })).refusal('administrators_disabled');
      const token = (await f.server.adminTokens.create({ name: 'all', scopes: adminScopes })).text;
      (await f.call('listAdministrators', { token })).refusal('administrators_disabled');
    },
    () => ({
      options: {
        administrators: {
          authenticate: async () => ({ id: 'ops', name: 'Ops', email: null, scopes: ['apps:read'] }),
        },
        administratorLogin: null,
      },
    }),
  );
};
