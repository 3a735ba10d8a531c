import { createServer } from 'node:http';
import { createNodeHandler } from '@synckeep/node-http';
import { afterEach, expect, test } from 'vitest';
import { createHttpCalls } from '../../src/api/http-calls.js';
import { createBlobs, createPutStream } from '../../src/node.js';
import { fill } from '../crypto/streams.js';
import { openWorld } from '../world/server.js';
import { read } from './blob-world.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test('a blob goes through real sockets as a stream of a stated length, and comes back', async () => {
  const world = await openWorld();
  const lengths: (string | undefined)[] = [];
  const handle = createNodeHandler(world.server);
  const http = createServer((request, response) => {
    if (request.method === 'PUT') lengths.push(request.headers['content-length']);
    void handle(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => world.close(),
    () => http.close(),
  );
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : 0;
  // The server signs URLs of the name that it believes to have.
  const fetch: typeof globalThis.fetch = (input, init) =>
    globalThis.fetch(String(input).replace('http://synckeep.test', `http://127.0.0.1:${port}`), init);

  let token: string | null = null;
  const { call } = createHttpCalls({ url: 'http://synckeep.test', token: () => token, fetch });
  const { email, password, apiKey } = world;
  token = (await call('login', { body: { email, password, api_key: apiKey } })).body.token;
  await call('registerDevice', { body: { device_name: 'd', platform: 'linux', installation_id: 'one' } });

  const blobs = createBlobs({ call, fetch, put: createPutStream(fetch) });
  const ref = await blobs.upload(fill(3_000_000));
  expect(lengths).toEqual(['3000756']);
  expect((await read(blobs.download(ref))).equals(fill(3_000_000))).toBe(true);
});
