import { type Answer, type Call, createMount } from '@synckeep/core';
import Fastify, { type FastifyServerOptions } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { synckeepPages } from '../src/index.js';

const open = async (dispatch: (call: Call) => Promise<Answer>, options: FastifyServerOptions = {}, prefix = '') => {
  const app = Fastify(options);
  onTestFinished(() => app.close());
  const pages = { dispatch, mount: createMount(['']), paths: () => ['/oauth', '/.well-known/openid-configuration'] };
  app.post('/host', async (request) => ({ parsed: request.body }));
  await app.register(synckeepPages, { pages, prefix });
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) };
};

test('takes the paths of the pages, with every cookie, and leaves the rest to the host', async () => {
  const { url } = await open(async ({ method, path, query, body }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    cookies: ['a=1; Path=/', 'b=2; Path=/'],
    body: `${method} ${path} ${query} ${new TextDecoder().decode(await body.bytes(100))}`,
  }));
  const form = { method: 'POST', body: new URLSearchParams({ x: '<y>' }) };
  const answer = await fetch(`${url}/oauth/token?z`, form);
  expect(await answer.text()).toBe('POST /oauth/token z x=%3Cy%3E');
  expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
  expect(await (await fetch(`${url}/.well-known/openid-configuration`)).text()).toContain('GET /.well-known');
  expect(await (await fetch(`${url}/oauth/x`, { method: 'OPTIONS' })).text()).toContain('OPTIONS');
  expect((await fetch(`${url}/other`)).status).toBe(404);
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
  expect(await (await fetch(`${url}/host`, json)).json()).toEqual({ parsed: { a: 1 } });
});

test('logs no query, where API keys and codes stand', async () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const { url } = await open(async () => ({ status: 200, headers: {}, body: null }), { logger: { stream } });
  await fetch(`${url}/oauth/authorize?client_id=sk_canary`);
  expect(lines.join('')).toContain('/oauth/authorize');
  expect(lines.join('')).not.toContain('sk_canary');
});

test('refuses a prefix, because the public URL says where the pages are', async () => {
  await expect(open(async () => ({ status: 200, headers: {}, body: null }), {}, '/app')).rejects.toThrow(
    'leave out the prefix',
  );
});
