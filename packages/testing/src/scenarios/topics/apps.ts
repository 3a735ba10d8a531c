import { expect } from 'vitest';
import type { Topic } from '../scenario.js';
import { checkError } from '../wire-check.js';

const origin = 'https://notes.example.com';

/** Apps and their keys, CORS: P-8, P-90, P-91, P-93. */
export const apps: Topic = (scenario) => {
  scenario('keeps an app as it was made and changed [P-90]', async (f) => {
    const { app, apiKey } = await f.server.apps.create({ name: 'Tasks' });
    expect(app).toMatchObject({
      name: 'Tasks',
      paused: false,
      origins: [],
      link: null,
      dialect: 'standard',
      requireBase: false,
      compaction: null,
      collectBlobs: null,
    });
    expect(app).toMatchObject({ registration: 'closed', blobLimit: null, bytesLimit: null });
    const changed = await f.server.apps.update(app.id, { name: 'Tasks 2', origins: [origin] });
    expect(await f.server.apps.get(app.id)).toEqual(changed);
    expect(changed).toEqual({ ...app, name: 'Tasks 2', origins: [origin] });
    expect(await f.server.apps.update('nobody', { name: 'x' })).toBeNull();
    expect(await f.server.apps.rotateKey('nobody')).toBeNull();
    expect(await f.server.apps.get('nobody')).toBeNull();
    expect((await f.server.apps.findByKey(apiKey))?.app.id).toBe(app.id);
    expect(await f.server.apps.findByKey('sk_wrong')).toBeNull();
  });

  scenario('lists all apps, page by page [P-90]', async (f) => {
    const made = new Set<string>();
    for (let n = 0; n < 7; n++) made.add((await f.app()).id);
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: readonly { id: string }[] = await f.server.apps.list({ after, limit: 3 });
      found.push(...page.map(({ id }) => id));
      after = page.at(-1)?.id ?? null;
      if (page.length < 3) break;
    }
    expect(new Set(found)).toEqual(made);
    expect(found).toHaveLength(7);
  });

  scenario('stores an API key only as its digest and its first characters [P-91]', async (f) => {
    const { app, apiKey } = await f.server.apps.create({ name: 'Notes' });
    expect(JSON.stringify(app)).not.toContain(apiKey);
    expect(apiKey.length).toBeGreaterThanOrEqual(32);
    expect(apiKey.startsWith(app.keys[0]?.prefix ?? '?')).toBe(true);
    expect(await f.dump()).not.toContain(apiKey);
  });

  scenario('cuts off the old key and its tokens at once when a key is replaced without overlap [P-91]', async (f) => {
    const caller = await f.caller();
    (await caller.call('status')).ok();
    const rotated = await f.server.apps.rotateKey(caller.app.id);
    f.clock.advance(2000);
    (await caller.call('status')).refusal('invalid_token');
    const body = { email: caller.user.email, password: caller.user.password };
    (await f.call('login', { body: { ...body, api_key: caller.app.apiKey } })).refusal('invalid_credentials');
    (await f.call('login', { body: { ...body, api_key: rotated?.apiKey } })).ok();
  });

  scenario('lets both keys and their tokens work during an overlap, and not after it [P-91]', async (f) => {
    const caller = await f.caller();
    const rotated = await f.server.apps.rotateKey(caller.app.id, { overlapSeconds: 3600 });
    const newer = await f.logIn({ ...caller.app, apiKey: rotated?.apiKey ?? '' }, caller.user);
    await f.logIn(caller.app, caller.user);
    f.clock.advance(3_599_000);
    (await caller.call('status')).ok();
    f.clock.advance(2000);
    (await caller.call('status')).refusal('invalid_token');
    (await newer.call('status')).ok();
    expect(await f.server.apps.findByKey(caller.app.apiKey)).toBeNull();
  });

  scenario('refuses every operation with a token while an app is paused, and goes on after it [P-93]', async (f) => {
    const device = await f.device();
    await device.write('a');
    await f.server.apps.update(device.app.id, { paused: true });
    f.clock.advance(2000);
    (await device.call('status')).refusal('app_paused');
    (await device.pull()).refusal('app_paused');
    (await f.call('limits')).ok();
    await f.server.apps.update(device.app.id, { paused: false });
    f.clock.advance(2000);
    expect((await device.pullAll()).rowIds).toEqual(['a']);
  });

  scenario(
    'logs nobody in to a paused app, or from an origin that is not registered for it [P-8] [P-93]',
    async (f) => {
      const { app, user } = await f.caller(await f.app({ origins: [origin] }));
      const body = { email: user.email, password: user.password, api_key: app.apiKey };
      (await f.call('login', { body, headers: { origin } })).ok();
      (await f.call('login', { body, headers: { origin: 'https://evil.example.com' } })).refusal('origin_not_allowed');
      await f.server.apps.update(app.id, { paused: true });
      (await f.call('login', { body })).refusal('app_paused');
      // Before the password is looked at; and a key of no app says nothing of any.
      (await f.call('login', { body: { ...body, password: 'wrong' } })).refusal('app_paused');
      (await f.call('login', { body: { ...body, api_key: 'sk_wrong' } })).refusal('invalid_credentials');
    },
  );

  scenario('grants a preflight to any origin that some app registered, without a token [P-8]', async (f) => {
    await f.app({ origins: [origin] });
    const preflight = (from: string, path = '/api/sync/push') =>
      f.send({
        method: 'OPTIONS',
        path,
        headers: {
          origin: from,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    const granted = await preflight(origin);
    expect(granted.status).toBe(204);
    expect(granted.headers['access-control-allow-origin']).toBe(origin);
    expect(granted.headers['access-control-allow-methods']).toContain('POST');
    const allowed = granted.headers['access-control-allow-headers']?.toLowerCase().split(/, */) ?? [];
    expect(allowed).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match', 'if-none-match', 'last-event-id']),
    );
    expect(granted.headers['vary']?.toLowerCase()).toContain('origin');
    const refused = await preflight('https://evil.example.com');
    expect(checkError(refused)).toBe('origin_not_allowed');
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    expect(checkError(await preflight(origin, '/api/sync/nothing'))).toBe('not_found');
  });

  scenario('checks a real request against the origins of its own app [P-8]', async (f) => {
    const mine = await f.caller(await f.app({ origins: [origin] }));
    const other = await f.caller(await f.app({ origins: ['https://other.example.com'] }));
    const reply = await mine.call('status', { headers: { origin } });
    reply.ok();
    expect(reply.headers['access-control-allow-origin']).toBe(origin);
    const exposed = reply.headers['access-control-expose-headers']?.toLowerCase() ?? '';
    for (const name of ['etag', 'retry-after', 'date', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-request-id']) {
      expect(exposed).toContain(name);
    }
    (await other.call('status', { headers: { origin } })).refusal('origin_not_allowed');
    (await mine.call('status', { headers: { origin: `${origin}.evil.com` } })).refusal('origin_not_allowed');
    (await mine.call('status', { headers: { origin: 'null' } })).refusal('origin_not_allowed');
    (await mine.call('status')).ok();
  });

  scenario('shows a browser the refusals of its own app [P-8]', async (f) => {
    const caller = await f.caller(await f.app({ origins: [origin] }));
    const reply = await caller.call('getKey', { headers: { origin } });
    reply.refusal('key_not_found');
    expect(reply.headers['access-control-allow-origin']).toBe(origin);
  });
};
