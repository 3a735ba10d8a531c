import { createHttpCalls } from '../../src/api/http-calls.js';
import { type BlobRef, type Blobs, type BlobsOptions, createBlobs, createPutStream } from '../../src/blobs/index.js';
import { systemTimers } from '../../src/sync/timers.js';
import { openWorld } from '../world/server.js';

type Fetch = typeof globalThis.fetch;

/** Lets a test stand between the blobs and everything that they fetch. */
export type Meddle = (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>;

export const openBlobWorld = async (meddle: Meddle = (request, next) => next(request)) => {
  const world = await openWorld();
  const seen: string[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push(
      `${request.method} ${new URL(request.url).pathname.replace('/api/sync', '').replace(/[0-9a-f-]{30,}/g, '…')}`,
    );
    return meddle(request, (each) => world.fetch(each));
  };
  const anonymous = createHttpCalls({ url: 'http://synckeep.test', token: () => null, fetch: world.fetch });
  const { email, password, apiKey } = world;
  const { token } = (await anonymous.call('login', { body: { email, password, api_key: apiKey } })).body;
  const { call } = createHttpCalls({ url: 'http://synckeep.test', token: () => token, fetch });
  await call('registerDevice', { body: { device_name: 'd', platform: 'linux', installation_id: 'one' } });
  seen.length = 0;
  const timers = { ...systemTimers, after: (_: number, callback: () => void) => systemTimers.after(0, callback) };
  const open = (options: Partial<BlobsOptions> = {}): Blobs =>
    createBlobs({ call, fetch, put: createPutStream(fetch), timers, ...options });
  return { world, call, fetch, seen, open };
};

export const read = async (stream: ReadableStream<Uint8Array>): Promise<Buffer> =>
  Buffer.from(await new Response(stream).arrayBuffer());

/** Every encrypted byte that the server has of a blob. */
export const stored = async ({ call, fetch }: Pick<BlobsOptions, 'call'> & { fetch: Fetch }, { hash }: BlobRef) => {
  const { body } = await call('downloadBlob', { body: { hash } });
  return Buffer.from(await (await fetch(body.download_url)).arrayBuffer());
};
