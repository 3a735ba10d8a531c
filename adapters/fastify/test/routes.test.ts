import { synckeep } from '@synckeep/fastify';
import { operationNames, operations } from '@synckeep/protocol';
import { createBareServer } from '@synckeep/testing';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createHost, text } from './stage.js';

const server = createBareServer(async ({ method, path, query }) => text(`${method} ${path} ${query}`));

describe('the routes', () => {
  it('are one for each operation, with its name', async () => {
    const app = createHost();
    const found = new Map<unknown, string>();
    app.addHook('onRoute', ({ method, url, config }) => {
      if (config?.synckeep) found.set(config.synckeep, `${method} ${url}`);
    });
    await app.register(synckeep, { server, prefix: '/notes/sync' });
    expect([...found.keys()]).toEqual(operationNames);
    for (const name of operationNames) {
      const { method, path } = operations[name];
      expect(found.get(name)).toBe(`${method} /notes/sync${path.replace(/\{(\w+)\}/g, ':$1')}`);
    }
    expect(app.printRoutes({ commonPrefix: false })).toContain('rotate/begin (POST');
  });

  it('tell a hook which operation is called, whatever the ids in its path', async () => {
    const app = createHost();
    const seen: string[] = [];
    app.addHook('onResponse', async ({ routeOptions: { url, config } }) => {
      seen.push(`${config.synckeep ?? '-'} ${url}`);
    });
    await app.register(synckeep, { server });
    await app.inject({ method: 'PATCH', url: '/api/v1/sync/devices/one', payload: {} });
    await app.inject({ method: 'PUT', url: '/api/sync/blobs/object/a/b' });
    expect(seen).toEqual(['renameDevice /api/v1/sync/devices/:device_id', '- /api/sync/*']);
  });

  it.each([
    ['the prefixes of the protocol', undefined, ['/api/sync', '/api/v1/sync']],
    ['a prefix', '/notes/sync', ['/notes/sync']],
    ['a prefix with a slash at its end', '/notes/sync/', ['/notes/sync']],
    ['the root', '/', ['']],
  ])('stand under %s', async (_name, prefix, places) => {
    const app = createHost();
    app.get('/mine', async () => 'host');
    await app.register(synckeep, { server, ...(prefix !== undefined && { prefix }) });
    for (const place of places) {
      expect((await app.inject(`${place}/status?a=%20b`)).body).toBe('GET /status a=%20b');
      const { body } = await app.inject({ method: 'DELETE', url: `${place}/devices/%20${'x'.repeat(300)}` });
      expect(body).toBe(`DELETE /devices/%20${'x'.repeat(300)} `);
      expect((await app.inject({ method: 'PUT', url: `${place}/blobs/object/a?b` })).body).toBe(
        'PUT /blobs/object/a b',
      );
      expect((await app.inject({ method: 'POST', url: `${place}/` })).body).toBe('POST / ');
    }
    expect((await app.inject('/mine')).body).toBe('host');
    const elsewhere = await app.inject('/elsewhere');
    expect(elsewhere.statusCode).toBe(prefix === '/' ? 200 : 404);
  });

  it('of administrators stand at /api/admin too, unless a prefix says where all of them stand [P-170]', async () => {
    const app = createHost();
    app.get('/api/mine', async () => 'host');
    await app.register(synckeep, { server });
    expect((await app.inject('/api/admin/apps?limit=1')).body).toBe('GET /admin/apps limit=1');
    expect((await app.inject({ method: 'PUT', url: '/api/admin/nothing' })).body).toBe('PUT /admin/nothing ');
    expect((await app.inject('/api/mine')).body).toBe('host');
    expect((await app.inject('/api/push')).statusCode).toBe(404);
    const other = createHost();
    other.get('/api/admin/apps', async () => 'host');
    await other.register(synckeep, { server, prefix: '/api/sync' });
    expect((await other.inject('/api/admin/apps')).body).toBe('host');
  });

  it('stand below the prefix of the instance, several times if wanted', async () => {
    const app = createHost();
    await app.register(
      async (scope) => {
        await scope.register(synckeep, { server });
        await scope.register(synckeep, { server, prefix: '/other' });
      },
      { prefix: '/v2' },
    );
    expect((await app.inject('/v2/api/sync/status')).body).toBe('GET /status ');
    expect((await app.inject('/v2/other/status')).body).toBe('GET /status ');
    expect((await app.inject('/api/sync/status')).statusCode).toBe(404);
  });

  it.each([
    ['a prefix with parameters', () => createHost(), { server, prefix: '/:tenant/sync' }, 'has parameters'],
    ['HTTP/2', () => Fastify({ http2: true }), { server }, 'HTTP/2 is not supported'],
    ['no server', () => createHost(), {}, 'give the server'],
  ])('are refused for %s', async (_name, open, options, message) => {
    const app = open();
    await expect(Reflect.apply(app.register, app, [synckeep, options])).rejects.toThrow(message);
  });
});
