import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import type { Answer, Call } from '@synckeep/core';
import { synckeep } from '@synckeep/fastify';
import { createBareServer } from '@synckeep/testing';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { createHost, listen, text } from './stage.js';

const server = createBareServer(async ({ method }) =>
  method === 'DELETE' ? { status: 204, headers: { 'x-from': 'core' }, body: null } : text('core'),
);

const open = async (
  furnish: (app: FastifyInstance) => void,
  options: FastifyServerOptions = {},
  given = server,
): Promise<FastifyInstance> => {
  const app = createHost(options);
  furnish(app);
  await app.register(synckeep, { server: given });
  return app;
};

describe('hooks of the host', () => {
  it('run for the operations, in the order of Fastify', async () => {
    const ran: string[] = [];
    const app = await open((host) => {
      for (const name of ['onRequest', 'preValidation', 'preHandler'] as const)
        host.addHook(name, async () => void ran.push(name));
      host.addHook('preParsing', async () => void ran.push('preParsing'));
      host.addHook('onSend', async () => void ran.push('onSend'));
      host.addHook('onResponse', async (_request, reply) => void ran.push(`onResponse ${reply.statusCode}`));
    });
    await app.inject({ method: 'DELETE', url: '/api/sync/devices/a' });
    // The answer is the core's own, so there is none that onSend could change.
    expect(ran).toEqual(['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onResponse 204']);
  });

  it('can refuse a request, through the error handler of the host', async () => {
    const app = await open((host) => {
      host.setErrorHandler((error, _request, reply) => reply.code(451).send({ host: String(error) }));
      host.addHook('onRequest', async () => {
        throw new Error('not here');
      });
    });
    const answer = await app.inject('/api/sync/status');
    expect([answer.statusCode, answer.json()]).toEqual([451, { host: 'Error: not here' }]);
  });

  it('can add headers, and do not replace those of the core', async () => {
    const app = await open((host) => {
      host.addHook('onRequest', async (_request, reply) => {
        reply
          .header('strict-transport-security', 'max-age=1')
          .header('content-type', 'text/html')
          .header('x-from', 'host');
      });
    });
    const get = await app.inject('/api/sync/status');
    expect(get.headers).toMatchObject({ 'strict-transport-security': 'max-age=1', 'content-type': 'text/plain' });
    const remove = await app.inject({ method: 'DELETE', url: '/api/sync/devices/a' });
    expect(remove.headers).toMatchObject({ 'strict-transport-security': 'max-age=1', 'x-from': 'core' });
  });

  it('of a scope beside the plugin do not run for it', async () => {
    const app = await open((host) => {
      host.register(async (scope) => {
        scope.addHook('onRequest', async () => {
          throw new Error('not here');
        });
        scope.get('/mine', async () => 'host');
      });
    });
    expect((await app.inject('/mine')).statusCode).toBe(500);
    expect((await app.inject('/api/sync/status')).body).toBe('core');
  });
});

describe("the client's address", () => {
  const echo = createBareServer(async ({ address }) => text(address));
  const ask = async (options: FastifyServerOptions, forwarded?: string): Promise<string> => {
    const port = await listen(await open(() => {}, options, echo));
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    return (await fetch(`http://127.0.0.1:${port}/api/sync/status`, { headers })).text();
  };

  it('is the peer, whatever a header says', async () => {
    expect(await ask({})).toBe('127.0.0.1');
    expect(await ask({}, '192.0.2.1')).toBe('127.0.0.1');
  });

  it("is what the host's trustProxy says", async () => {
    expect(await ask({ trustProxy: '127.0.0.0/8' }, '203.0.113.9, 192.0.2.1')).toBe('192.0.2.1');
    expect(await ask({ trustProxy: '10.0.0.0/8' }, '192.0.2.1')).toBe('127.0.0.1');
  });

  it('brings one warning when a header is ignored for want of trustProxy', async () => {
    const app = createHost();
    const warnings: string[] = [];
    const drop = () => {};
    const log = {
      debug: drop,
      info: drop,
      error: drop,
      warn: (_: object, message: string) => void warnings.push(message),
    };
    await app.register(synckeep, { server: echo, log });
    for (const forwarded of [undefined, '192.0.2.1', '192.0.2.1']) {
      await app.inject({ url: '/api/sync/status', headers: forwarded ? { 'x-forwarded-for': forwarded } : {} });
    }
    expect(warnings).toEqual(['X-Forwarded-For is ignored, because Fastify was made without trustProxy.']);
  });
});

describe('the log of the host', () => {
  it('names the path of a request and never its query, where tickets and signatures stand', async () => {
    let written = '';
    const stream = {
      write(line: string) {
        written += line;
      },
    };
    const app = await open(() => {}, { logger: { stream } });
    await app.inject({ method: 'PUT', url: '/api/sync/blobs/object/a?signature=canary' });
    await app.inject('/api/sync/subscribe?ticket=canary');
    await app.inject('/api/sync/nothing?ticket=canary');
    const lines = written
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => msg === 'incoming request').map(({ req }) => req)).toMatchObject([
      { method: 'PUT', url: '/api/sync/blobs/object/a', remoteAddress: '127.0.0.1' },
      { method: 'GET', url: '/api/sync/subscribe' },
      { method: 'GET', url: '/api/sync/nothing' },
    ]);
    expect(lines.filter(({ msg }) => msg === 'request completed').map(({ res }) => res.statusCode)).toEqual([
      200, 200, 200,
    ]);
    expect(written).not.toContain('canary');
  });
});

describe('a stream', () => {
  /** An endless one, that tells how it ended. */
  const createStream = () => {
    let left: (value: string) => void = () => {};
    const ended = new Promise<string>((resolve) => {
      left = resolve;
    });
    const dispatch = async ({ signal }: Call): Promise<Answer> => {
      const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      async function* chunks() {
        try {
          yield 'retry: 1000\n\n';
          await over;
        } finally {
          left('left');
        }
      }
      const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
      return { status: 200, headers, body: { chunks: chunks(), cut: new AbortController().signal } };
    };
    return { ended, server: createBareServer(dispatch) };
  };

  it('is told when the client leaves', async () => {
    const stream = createStream();
    const port = await listen(await open(() => {}, {}, stream.server));
    const sent = requestHttp({ port, host: '127.0.0.1', path: '/api/sync/subscribe' }).end();
    const [response] = await once(sent, 'response');
    await once(response, 'data');
    sent.destroy();
    expect(await stream.ended).toBe('left');
  });

  it('is ended by the server when the host closes, which does not wait for it', async () => {
    const stream = createStream();
    const endStreams = vi.fn();
    const app = await open(() => {}, {}, { ...stream.server, endStreams });
    await listen(app);
    await app.close();
    expect(endStreams).toHaveBeenCalledOnce();
  });
});
