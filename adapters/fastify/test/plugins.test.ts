import { gzipSync } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { synckeep } from '@synckeep/fastify';
import { isSyncError } from '@synckeep/protocol';
import { createBareServer } from '@synckeep/testing';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createHost, listen, text } from './stage.js';

const limit = 100_000;

/** Answers the body that it got, or the code of its refusal. */
const echo = createBareServer(async ({ body, method }) => {
  if (method === 'OPTIONS') return { status: 204, headers: { 'access-control-allow-origin': 'core' }, body: null };
  try {
    return text(Buffer.from(await body.bytes(limit)).toString());
  } catch (error) {
    return text(isSyncError(error) ? error.code : String(error), 400);
  }
});

const open = async (furnish: (app: FastifyInstance) => Promise<unknown>, bodyLimit = 10): Promise<string> => {
  const app = createHost({ bodyLimit });
  await furnish(app);
  await app.register(synckeep, { server: echo });
  app.get('/mine', async () => ({ host: 'x'.repeat(5_000) }));
  return `http://127.0.0.1:${await listen(app)}`;
};

const post = (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}/api/sync/push`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip', ...headers },
  });

describe('beside other plugins of a host', () => {
  it('the limits of the core hold for a body, not the bodyLimit of the host', async () => {
    const url = await open(async () => {});
    expect(await (await post(url, 'x'.repeat(limit))).text()).toBe('x'.repeat(limit));
    expect(await (await post(url, 'x'.repeat(limit + 1))).text()).toBe('body_too_large');
  });

  it('@fastify/compress leaves answers as they are, and unpacks bodies up to the limit', async () => {
    const url = await open(async (app) => app.register(compress, { threshold: 0 }));
    expect(
      (await fetch(`${url}/mine`, { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'),
    ).toBe('gzip');
    const plain = await post(url, 'x'.repeat(5_000));
    expect([plain.headers.get('content-encoding'), (await plain.text()).length]).toEqual([null, 5_000]);

    const packed = { 'content-encoding': 'gzip' };
    expect(await (await post(url, Uint8Array.from(gzipSync('{"a":1}')), packed)).text()).toBe('{"a":1}');
    expect(await (await post(url, Uint8Array.from(gzipSync('x'.repeat(limit + 1))), packed)).text()).toBe(
      'body_too_large',
    );
    expect(await (await post(url, 'no gzip at all', packed)).text()).toBe('invalid_json');
    expect(await (await post(url, 'still there')).text()).toBe('still there');
  });

  it('@fastify/cors answers for the host, and the core for itself', async () => {
    const url = await open(async (app) => app.register(cors, { origin: 'https://host.example' }));
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' };
    const ask = async (path: string) => {
      const answer = await fetch(url + path, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await ask('/mine')).toBe('https://host.example');
    expect(await ask('/api/sync/status')).toBe('core');
    expect((await post(url, '{}')).headers.get('access-control-allow-origin')).toBe(null);
  });

  it('@fastify/rate-limit counts for the host, and the core for itself', async () => {
    const url = await open(async (app) => app.register(rateLimit, { max: 1 }));
    const statuses = [];
    for (const path of ['/mine', '/mine', '/api/sync/status', '/api/sync/status']) {
      statuses.push((await fetch(url + path)).status);
    }
    expect(statuses).toEqual([200, 429, 200, 200]);
  });

  it('@fastify/helmet adds its headers', async () => {
    const url = await open(async (app) => app.register(helmet));
    expect((await post(url, '{}')).headers.get('strict-transport-security')).toContain('max-age');
  });
});
