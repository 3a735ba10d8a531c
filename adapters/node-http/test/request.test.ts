import type { Answer, Call } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import { createBareServer } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import { createNodeHandler } from '../src/index.js';
import { NodeCall } from '../src/node-call.js';
import { createLogRecorder, createSignal, listen, openBinding, openSocket, text } from './stage.js';

const limit = 100_000;

/** Answers with the body, or with the code of its refusal. */
const echo = async (call: Call): Promise<Answer> => {
  try {
    const bytes = await call.body.bytes(limit);
    return text(Buffer.from(bytes).toString('latin1'));
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return text(error.code, error.status);
  }
};

const head = (lines: readonly string[]): string => [...lines, 'Host: test', '', ''].join('\r\n');

describe('a request', () => {
  it('reaches the core as it came', async () => {
    const seen: unknown[] = [];
    const { url } = await openBinding(async (call) => {
      const names = ['x-one', 'authorization', 'x-none', 'constructor', '__proto__'];
      seen.push(call.method, call.path, call.query, ...names.map((name) => call.header(name)));
      return text('');
    });
    await fetch(`${url}/api/v1/sync/a%2fb/%zz?q=%zz`, {
      method: 'PATCH',
      headers: [
        ['X-One', '1'],
        ['x-one', '2'],
        ['Authorization', 'Bearer t'],
      ],
    });
    expect(seen).toEqual(['PATCH', '/a%2fb/%zz', 'q=%zz', '1, 2', 'Bearer t', undefined, undefined, undefined]);
  });

  it('outside of the prefixes is answered by the core as a path that is not there', async () => {
    const { url } = await openBinding(async (call) => text(call.path, 404));
    const answer = await fetch(`${url}/%zz?a=b`, { method: 'POST', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  it("beside the host's own routes is only taken below the prefix", async () => {
    const handler = createNodeHandler(createBareServer(echo), { prefixes: ['/sync'] });
    const { url } = await listen((request, response) => handler(request, response, () => response.end('host')));
    const ask = async (path: string) => (await fetch(url + path, { method: 'POST', body: 'core' })).text();
    expect(await Promise.all(['/sync/push', '/synchron', '/', '/api/sync/push'].map(ask))).toEqual([
      'core',
      'host',
      'host',
      'host',
    ]);
  });

  it.each([0, 1, 1000, limit])('brings a body of %i bytes whole, with and without its length', async (length) => {
    const { url } = await openBinding(echo);
    const body = 'ä'.repeat(length).slice(0, length);
    const bytes = Buffer.from(body, 'latin1');
    const plain = await fetch(`${url}/api/sync/push`, { method: 'POST', body: bytes });
    expect(Buffer.from(await plain.text(), 'utf8').toString('utf8')).toBe(body);
    const chunked = await fetch(`${url}/api/sync/push`, {
      method: 'POST',
      body: new Blob([bytes]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await chunked.text()).toBe(body);
  });

  it('that announces too much is refused before it is read, and the connection goes on', async () => {
    const client = await openSocket(await openBinding(echo));
    client.socket.write(head(['POST /api/sync/push HTTP/1.1', `Content-Length: ${limit + 1}`]));
    expect(await client.until('body_too_large')).toMatch(/^HTTP\/1\.1 413 /);
    client.socket.write('x'.repeat(limit + 1));
    client.socket.write(`${head(['POST /api/sync/push HTTP/1.1', 'Content-Length: 4'])}next`);
    expect(await client.until('next')).toContain('HTTP/1.1 200');
  });

  it('that sends too much without announcing it is refused at once, and the connection goes on', async () => {
    const client = await openSocket(await openBinding(echo));
    client.socket.write(head(['POST /api/sync/push HTTP/1.1', 'Transfer-Encoding: chunked']));
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    client.socket.write(chunk + chunk);
    await client.until('body_too_large');
    client.socket.write(`${chunk}0\r\n\r\n${head(['POST /api/sync/push HTTP/1.1', 'Content-Length: 4'])}next`);
    expect(await client.until('next')).toContain('HTTP/1.1 200');
  });

  it('refused again and again on one connection leaves no listener behind', async () => {
    const listeners: number[] = [];
    const client = await openSocket(
      await openBinding(async (call) => {
        const answer = await echo(call);
        if (call instanceof NodeCall) listeners.push(call.socket.listenerCount('close'));
        return answer;
      }),
    );
    for (let i = 1; i <= 20; i += 1) {
      client.socket.write(head(['POST /api/sync/push HTTP/1.1', `Content-Length: ${limit + 1}`]));
      await client.until(new RegExp(`(body_too_large[^]*){${i}}`));
      client.socket.write('x'.repeat(limit + 1));
    }
    expect(listeners).toHaveLength(20);
    expect(Math.max(...listeners)).toBe(Math.min(...listeners));
  });

  it('that never stops sending loses the connection', async () => {
    const client = await openSocket(await openBinding(echo));
    client.socket.write(head(['POST /api/sync/push HTTP/1.1', `Content-Length: ${2 ** 40}`]));
    await client.until('body_too_large');
    const mebibyte = Buffer.alloc(1024 * 1024);
    let sent = 0;
    for (; !client.socket.destroyed && sent < 200; sent += 1) {
      if (!client.socket.write(mebibyte)) await Promise.race([client.next('drain'), client.closed]);
    }
    await client.closed;
    expect(sent).toBeLessThan(64);
  });

  it('may be read in part: the answer still comes and the connection goes on', async () => {
    const client = await openSocket(
      await openBinding(async (call) => {
        for await (const chunk of call.body.chunks()) return text(`first ${chunk.length > 0} .`);
        return text('none .');
      }),
    );
    const length = 4 * 1024 * 1024;
    client.socket.write(head(['PUT /api/sync/blob HTTP/1.1', `Content-Length: ${length}`]));
    client.socket.write(Buffer.alloc(length));
    await client.until('first true .');
    client.socket.write(head(['GET /api/sync/blob HTTP/1.1']));
    await client.until('none .');
  });

  it('is read in chunks no faster than they are taken', async () => {
    const release = createSignal();
    const reading = createSignal();
    const client = await openSocket(
      await openBinding(async (call) => {
        let length = 0;
        for await (const chunk of call.body.chunks()) {
          if (length === 0) {
            reading.fire();
            await release.fired;
          }
          length += chunk.length;
        }
        return text(`got ${length}.`);
      }),
    );
    const length = 64 * 1024 * 1024;
    client.socket.write(head(['PUT /api/sync/blob HTTP/1.1', `Content-Length: ${length}`]));
    client.socket.write(Buffer.alloc(length));
    await reading.fired;
    const before = process.memoryUsage().arrayBuffers;
    expect(client.socket.writableLength).toBeGreaterThan(0);
    await Promise.race([
      client.next('drain').then(() => 'drained'),
      new Promise((resolve) => setTimeout(resolve, 300, 'held')),
    ]).then((outcome) => expect(outcome).toBe('held'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    release.fire();
    await client.until(`got ${length}.`);
  });

  it('is asked to go on by 100 Continue', async () => {
    const client = await openSocket(await openBinding(echo));
    client.socket.write(head(['POST /api/sync/push HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 4']));
    await client.until('100 Continue');
    client.socket.write('data');
    expect(await client.until('data')).toContain('HTTP/1.1 200');
  });

  it('pipelined with others is answered in order', async () => {
    const slow = createSignal();
    const client = await openSocket(
      await openBinding(async (call) => {
        const bytes = await call.body.bytes(limit);
        if (call.path === '/slow') await slow.fired;
        else slow.fire();
        return text(`<${Buffer.from(bytes)}>`);
      }),
    );
    const post = (path: string, body: string) =>
      head([`POST /api/sync${path} HTTP/1.1`, `Content-Length: ${body.length}`]) + body;
    client.socket.write(Array.from({ length: 20 }, (_, i) => post(i === 0 ? '/slow' : '/fast', `${i}`)).join(''));
    const received = await client.until('<19>');
    expect([...received.matchAll(/<(\d+)>/g)].map(([, i]) => Number(i))).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it.each([
    ['with a content-length', ['Content-Length: 1000'], 'part'],
    ['in chunks', ['Transfer-Encoding: chunked'], '4\r\npart\r\n'],
  ])('cut off in its body %s rejects and aborts the signal', async (_name, lines, part) => {
    const outcome = createSignal<unknown>();
    const begun = createSignal();
    const client = await openSocket(
      await openBinding(async (call) => {
        begun.fire();
        const error = await call.body.bytes(limit).catch((reason: unknown) => reason);
        outcome.fire([String(error), call.signal.aborted]);
        return text('late');
      }),
    );
    client.socket.write(head(['POST /api/sync/push HTTP/1.1', ...lines]) + part);
    await begun.fired;
    client.socket.destroy();
    expect(await outcome.fired).toEqual(['Error: The client went away before its request was complete.', true]);
  });

  it('cut off while it is read in chunks rejects too', async () => {
    const outcome = createSignal<unknown>();
    const client = await openSocket(
      await openBinding(async (call) => {
        try {
          for await (const _ of call.body.chunks()) client.socket.destroy();
          outcome.fire('complete');
        } catch (error) {
          outcome.fire(error);
        }
        return text('late');
      }),
    );
    client.socket.write(`${head(['PUT /api/sync/blob HTTP/1.1', 'Content-Length: 1000'])}part`);
    expect(await outcome.fired).toBeInstanceOf(Error);
  });

  it('read only after the client is gone rejects instead of waiting', async () => {
    const gone = createSignal();
    const outcome = createSignal<unknown>();
    const client = await openSocket(
      await openBinding(async (call) => {
        call.signal.addEventListener('abort', () => gone.fire());
        client.socket.destroy();
        await gone.fired;
        outcome.fire(await call.body.bytes(limit).catch(String));
        return text('late');
      }),
    );
    client.socket.write(`${head(['POST /api/sync/push HTTP/1.1', 'Content-Length: 1000'])}part`);
    expect(await outcome.fired).toContain('went away');
  });

  it('with a malformed chunk is refused by the protocol and harms nobody else', async () => {
    const binding = await openBinding(echo);
    const client = await openSocket(binding);
    client.socket.write(`${head(['POST /api/sync/push HTTP/1.1', 'Transfer-Encoding: chunked'])}zz\r\nx\r\n`);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 400 /);
    expect(await (await fetch(`${binding.url}/api/sync/push`, { method: 'POST', body: 'alive' })).text()).toBe('alive');
  });

  it('whose dispatch rejects, which it never should, ends the connection and is reported', async () => {
    const { log, lines } = createLogRecorder();
    const fault = new Error('A fault.');
    const binding = await openBinding(() => Promise.reject(fault), { log });
    await expect(fetch(`${binding.url}/api/sync/push`)).rejects.toThrow();
    expect(lines).toEqual([{ level: 'error', fields: { err: fault }, message: expect.any(String) }]);
  });
});
