// The recipes of docs/embed.md, file by file as they are printed, each behind a real socket and through the whole protocol.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Answer, Call, SyncServer } from '@synckeep/core';
import {
  createBareServer,
  describeDerived,
  describeSameAnswers,
  describeScenarios,
  type OpenTransport,
  overHttp,
} from '@synckeep/testing';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { root, textOf, write } from './document-blocks.js';

const folder = join(root, '.tsbuild/recipes');

/** In place of the reader's own server: whichever a test opened last. */
let current: SyncServer | null = null;
const sync = createBareServer((call) => {
  if (!current) throw new Error('No test has opened a server.');
  return current.dispatch(call);
});
vi.stubGlobal('recipeServer', sync);
vi.stubEnv('PORT', '0');
write(join(folder, 'sync.ts'), 'export const sync = globalThis.recipeServer;\n');

const load = (file: string) => import(write(join(folder, file), textOf('docs/embed.md', file)));

type Handler = (request: Request) => Promise<Response>;
const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** What Next does with a route file: the function of a method, GET for HEAD where there is none, else 405. */
const serveRoute = (route: Readonly<Record<string, unknown>>): Server => {
  const respond = async (request: Request): Promise<Response> => {
    const handler = route[request.method];
    return isHandler(handler) ? handler(request) : new Response(null, { status: 405 });
  };
  const server = createAdaptorServer({ fetch: respond });
  server.listen(0, '127.0.0.1');
  return server as Server;
};

const { app } = await load('fastify.ts');
const servers: Readonly<Record<string, Server>> = {
  Fastify: app.server,
  Express: (await load('express.ts')).http,
  Hono: (await load('hono.ts')).http,
  Next: serveRoute(await load('next.ts')),
};
afterAll(async () => {
  for (const server of Object.values(servers)) server.closeAllConnections();
  for (const server of Object.values(servers)) server.close();
});

const portOf = async (server: Server): Promise<number> => {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const through = (server: Server): OpenTransport =>
  overHttp(async (opened) => {
    current = opened;
    return { port: await portOf(server), close: async () => server.closeAllConnections() };
  });

const text = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

const createSignal = <T>() => {
  let fire: (value: T) => void = () => {};
  const fired = new Promise<T>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
};

const toStream = (chunks: AsyncIterable<string>, cut = new AbortController().signal): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  body: { chunks, cut },
});

/** A connection that sends a request and reads only what it is told to. */
const openSocket = async (server: Server, head: readonly string[]) => {
  const socket = connect({ port: await portOf(server), host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`${[...head, 'Host: localhost', '', ''].join('\r\n')}`);
  return socket;
};

describe.each(Object.entries(servers))('the recipe for %s', (name, server) => {
  const dispatching = (dispatch: (call: Call) => Promise<Answer>): void => {
    current = createBareServer(dispatch);
  };

  test('leaves what lies outside of the prefixes to the host', async () => {
    dispatching(async () => text('core'));
    const url = `http://127.0.0.1:${await portOf(server)}`;
    const own = name === 'Next' ? 'core' : 'The rest of the host.';
    expect(await (await fetch(`${url}/`)).text()).toBe(own);
    expect(await (await fetch(`${url}/api/v1/sync/status`)).text()).toBe('core');
  });

  test("tells the core the client's address", async () => {
    dispatching(async ({ address }) => text(address.replace('::ffff:', '')));
    const url = `http://127.0.0.1:${await portOf(server)}/api/sync/status`;
    const headers = { 'x-real-ip': '192.0.2.1', 'x-forwarded-for': '192.0.2.2' };
    expect(await (await fetch(url, { headers })).text()).toBe(name === 'Next' ? '192.0.2.1' : '127.0.0.1');
  });

  test('tells a stream that its client has left', async () => {
    const left = createSignal<boolean>();
    dispatching(async ({ signal }) => {
      async function* chunks() {
        try {
          yield 'retry: 1\n\n';
          await once(signal, 'abort');
        } finally {
          left.fire(signal.aborted);
        }
      }
      return toStream(chunks());
    });
    const socket = await openSocket(server, ['GET /api/sync/subscribe HTTP/1.1']);
    await once(socket, 'data');
    socket.destroy();
    expect(await left.fired).toBe(true);
  });

  test('tells an upload that its client has left', async () => {
    const begun = createSignal<void>();
    const outcome = createSignal<string>();
    dispatching(async ({ body }) => {
      try {
        for await (const _ of body.chunks()) begun.fire();
        outcome.fire('complete');
      } catch {
        outcome.fire('cut off');
      }
      return text('late');
    });
    const socket = await openSocket(server, ['PUT /api/sync/blobs/object/a HTTP/1.1', 'Content-Length: 100000']);
    socket.write('x'.repeat(1_000));
    await begun.fired;
    socket.destroy();
    expect(await outcome.fired).toBe('cut off');
  });

  test('cuts the connection of a reader that stalls', async () => {
    const cut = new AbortController();
    dispatching(async ({ signal }) => {
      async function* chunks() {
        yield 'retry: 1\n\n';
        await once(signal, 'abort');
      }
      return toStream(chunks(), cut.signal);
    });
    const socket = await openSocket(server, ['GET /api/sync/subscribe HTTP/1.1']);
    await once(socket, 'data');
    cut.abort();
    await once(socket, 'close');
  });

  test('takes no more of a stream than its reader does', async () => {
    let taken = 0;
    dispatching(async () => {
      async function* chunks() {
        for (; taken < 4_000; taken += 1) yield 'x'.repeat(65_536);
      }
      return toStream(chunks());
    });
    const socket = await openSocket(server, ['GET /api/sync/blobs/object/a HTTP/1.1']);
    socket.pause();
    let before = -1;
    const standsStill = (): boolean => {
      const isSame = before === taken;
      before = taken;
      return isSame;
    };
    // The buffers of both sockets are full then.
    await vi.waitUntil(standsStill, { interval: 200, timeout: 10_000 });
    expect(taken).toBeLessThan(400);
    socket.destroy();
  });
});

const bindings = Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, through(server)]));
describeSameAnswers(bindings);
for (const [name, open] of Object.entries(bindings)) describeDerived(`the recipe for ${name}`, { open });
// The others are the bindings whose own tests play the scenarios.
for (const name of ['Hono', 'Next']) {
  const open = bindings[name];
  if (open) describeScenarios(`the recipe for ${name}`, { open });
}
