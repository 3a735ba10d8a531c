import { createSyncServer, systemClock } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { describe, expect, it, vi } from 'vitest';
import { createJwtAuthenticator } from '../src/index.js';
import { audience, createPair, issuer, publish } from './issuer.js';

/** A whole server whose users come from an issuer on loopback. */
const openServer = async (isRevoked: () => boolean = () => false) => {
  const pair = await createPair('one');
  const endpoint = await publish(pair.jwk);
  const notifier = createMemoryNotifier();
  const server = createSyncServer({
    storage: createMemoryStorage(),
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' }),
    notifier,
    authenticator: createJwtAuthenticator({ issuer, audience, jwks: endpoint.url, appId: () => app.id, isRevoked }),
    login: null,
    rateLimiter: 'off',
  });
  const { app } = await server.apps.create({ name: 'Notes' });
  const now = Math.floor(systemClock.now() / 1000);
  const token = await pair.sign({ iss: issuer, aud: audience, sub: 'auth0|alice', iat: now, exp: now + 3600 });
  const handle = createFetchHandler(server);
  const call = (method: string, path: string, body?: object): Promise<Response> =>
    handle(
      new Request(`http://synckeep.test/api/sync${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  return { server, endpoint, notifier, call };
};

const read = async (answer: Promise<Response>) => JSON.parse(await (await answer).text());

describe('a server behind an identity provider', () => {
  it('lets its users sync [P-14]', async () => {
    const { call } = await openServer();
    const device = await read(call('POST', '/devices', { device_name: 'Laptop', platform: 'linux' }));
    const change = { table: 't', op: 'insert', row_id: 'r', timestamp: '2026-03-13T10:05:00Z', data: 'sealed' };
    expect((await call('POST', '/push', { device_id: device.id, changes: [change] })).status).toBe(200);
    const phone = await read(call('POST', '/devices', { device_name: 'Phone', platform: 'ios' }));
    const pulled = await read(call('POST', '/pull', { device_id: phone.id }));
    expect(pulled.changes).toEqual([change]);
  });

  it('that cannot be asked is 503, and not a token that is refused [P-4]', async () => {
    const { call, endpoint } = await openServer();
    endpoint.state.status = 500;
    const answer = await call('GET', '/status');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  });

  it('ends the streams of a token that is revoked [P-75]', async () => {
    const isRevoked = vi.fn(() => false);
    const { server, call, notifier } = await openServer(isRevoked);
    const answer = await call('GET', '/subscribe');
    expect(answer.status).toBe(200);
    isRevoked.mockReturnValue(true);
    notifier.publish({ topic: 'access' });
    expect(await answer.text()).toContain('retry:');
    expect((await call('GET', '/status')).status).toBe(401);
    await server.close();
  });
});
