import { createFrameworkErrors, synckeep } from '@synckeep/fastify';
import { createBareServer } from '@synckeep/testing';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createHost, text } from './stage.js';

const server = createBareServer(async () => text('core'));

/** What a host answers to its own requests, down to the bytes. */
const askHost = async (app: FastifyInstance) => {
  const requests = [
    { method: 'POST', url: '/echo', payload: { a: 1 } },
    { method: 'POST', url: '/echo', headers: { 'content-type': 'application/json' }, payload: '{"a":}' },
    { method: 'POST', url: '/echo', headers: { 'content-type': 'application/json' }, payload: '' },
    { method: 'POST', url: '/echo', headers: { 'content-type': 'text/csv' }, payload: 'a,b' },
    { method: 'POST', url: '/echo', headers: { 'content-type': 'application/octet-stream' }, payload: 'x' },
    { method: 'POST', url: '/echo', payload: { a: 'x'.repeat(2_000) } },
    { method: 'GET', url: '/fail' },
    { method: 'HEAD', url: '/fail' },
    { method: 'GET', url: '/nothing' },
    { method: 'GET', url: '/api/synchron' },
    { method: 'GET', url: '/%zz' },
    { method: 'OPTIONS', url: '/echo' },
  ] as const;
  const answers = [];
  for (const request of requests) {
    const { statusCode, headers, body } = await app.inject(request);
    const { date: _, ...others } = headers;
    answers.push({ request, statusCode, headers: others, body });
  }
  return answers;
};

const furnish = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (_request, reply) => void reply.header('x-host', 'yes'));
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.header('x-sent', 'by host');
    return payload;
  });
  app.post('/echo', async (request) => ({ body: request.body, type: typeof request.body }));
  app.get('/fail', async () => {
    throw new Error('of the host');
  });
};

const hosts: Readonly<Record<string, (app: FastifyInstance) => void>> = {
  'that changes nothing': () => {},
  'with a parser, an error handler and a 404 of its own': (app) => {
    app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, { csv: body }));
    app.setErrorHandler((error, _request, reply) => reply.code(418).send({ host: String(error) }));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ host: 'nothing here' }));
  },
};

describe('a host', () => {
  describe.each(Object.entries(hosts))('%s', (_name, own) => {
    const open = async (register: boolean): Promise<FastifyInstance> => {
      const app = createHost({ bodyLimit: 1_000, frameworkErrors: createFrameworkErrors() });
      own(app);
      if (register) await app.register(synckeep, { server });
      furnish(app);
      await app.ready();
      return app;
    };

    it('answers its own requests as if the plugin were not there', async () => {
      const [without, beside] = [await open(false), await open(true)];
      expect(await askHost(beside)).toEqual(await askHost(without));
      expect((await beside.inject('/api/sync/status')).body).toBe('core');
    });
  });

  it('has the same members, parsers and decorators before and after', async () => {
    const app = createHost();
    const members = Reflect.ownKeys(app);
    await app.register(synckeep, { server });
    await app.ready();
    expect(Reflect.ownKeys(app)).toEqual(members);
    expect(app.hasContentTypeParser('*')).toBe(false);
    expect(app.hasContentTypeParser('application/json')).toBe(true);
    expect(app.errorHandler).toBe(createHost().errorHandler);
  });

  it('that has no frameworkErrors answers what is not valid percent-encoding itself; with it, the core does', async () => {
    const plain = createHost();
    const rescued = createHost({ frameworkErrors: createFrameworkErrors() });
    for (const app of [plain, rescued]) await app.register(synckeep, { server });
    expect((await plain.inject('/api/sync/%zz')).json()).toMatchObject({ code: 'FST_ERR_BAD_URL' });
    expect((await rescued.inject('/api/sync/%zz')).body).toBe('core');
    expect((await rescued.inject('/other/%zz')).json()).toMatchObject({ code: 'FST_ERR_BAD_URL', statusCode: 400 });
  });

  it('keeps a way of its own with such paths', async () => {
    const app = createHost({
      frameworkErrors: createFrameworkErrors((_error, _request, reply) => reply.code(404).send('mine')),
    });
    await app.register(synckeep, { server });
    expect((await app.inject('/api/sync/%zz')).body).toBe('core');
    expect((await app.inject('/other/%zz')).body).toBe('mine');
  });
});
