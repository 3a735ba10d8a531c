import { type AppPatch, type Call, createSyncServer } from '@synckeep/core';
import {
  createMemoryBlobStore,
  createMemoryNotifier,
  createMemoryState,
  createMemoryStorage,
} from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { createFixture } from './accounts-fixture.js';

const origin = 'https://notes.example.com';

const openServer = async () => {
  const storage = createMemoryStorage({ state: createMemoryState() });
  const fixture = await createFixture({ records: storage.records });
  const server = createSyncServer({
    storage,
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test' }),
    notifier: createMemoryNotifier(),
    authenticator: fixture.authenticator,
    login: fixture.login,
    rateLimiter: 'off',
    clock: fixture.options.clock,
  });
  const logIn = async (headers: Readonly<Record<string, string>> = {}) => {
    const { email, password, apiKey } = fixture.credentials;
    const call: Call = {
      method: 'POST',
      path: '/auth',
      query: '',
      header: (name) => ({ 'content-type': 'application/json', ...headers })[name],
      address: '127.0.0.1',
      signal: new AbortController().signal,
      body: {
        bytes: async () => new TextEncoder().encode(JSON.stringify({ email, password, api_key: apiKey })),
        async *chunks() {},
      },
    };
    const { status, body } = await server.dispatch(call);
    return { status, body: JSON.parse(String(body)) };
  };
  return { ...fixture, server, logIn };
};

describe('a login that the app refuses', () => {
  it.each([
    ['app_paused', { paused: true }, {}],
    ['origin_not_allowed', { origins: [origin] }, { origin: 'https://evil.example.com' }],
  ] satisfies [string, AppPatch, Record<string, string>][])(
    'as %s opens no session, ends none, and proves no password [P-8] [P-93]',
    async (code, patch, headers) => {
      const { server, app, user, asked, logIn, authenticator, countSessions } = await openServer();
      const { token } = (await logIn()).body;
      await server.apps.update(app.id, patch);
      const before = asked.length;
      for (let logins = 0; logins < 100; logins += 1) expect((await logIn(headers)).body).toMatchObject({ code });
      expect(await countSessions('user', user.id)).toBe(1);
      expect(asked).toHaveLength(before);
      await server.apps.update(app.id, { paused: false, origins: [origin] });
      expect(await authenticator.authenticate(token)).not.toBeNull();
      expect((await logIn({ origin })).status).toBe(200);
      expect(await countSessions('user', user.id)).toBe(2);
      await server.close();
    },
  );
});
