import { once } from 'node:events';
import type { Answer, StreamBody } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { createLogRecorder, createSignal, openBinding, openSocket, text } from './stage.js';

const get = 'GET /api/sync/status HTTP/1.1\r\nHost: test\r\n\r\n';
const headRequest = get.replace('GET', 'HEAD');

const stream = (
  chunks: StreamBody['chunks'],
  headers: Record<string, string> = {},
  cut = new AbortController(),
): Answer => ({
  status: 200,
  headers,
  body: { chunks, cut: cut.signal },
});

const receive = async (answer: Answer, sent = get, isDone: RegExp = /\r\n\r\n/): Promise<string> => {
  const client = await openSocket(await openBinding(async () => answer));
  client.socket.write(sent);
  return client.until(isDone);
};

describe('an answer', () => {
  it('has its status, its headers and the length of its text in bytes', async () => {
    const received = await receive({ status: 201, headers: { 'x-request-id': '7' }, body: '{"é":1}' }, get, /1\}$/);
    expect(received).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(received).toContain('\r\nx-request-id: 7\r\n');
    expect(received).toContain('\r\ncontent-length: 8\r\n');
    expect(received).not.toContain('chunked');
  });

  it('sets each of its cookies in a header of its own', async () => {
    const cookies = ['a=1; Path=/', 'b=2; Path=/'];
    const received = await receive({ status: 303, headers: {}, cookies, body: '' });
    expect(received).toContain('\r\nset-cookie: a=1; Path=/\r\nset-cookie: b=2; Path=/\r\n');
  });

  it('without a body says so where a body could be', async () => {
    expect(await receive({ status: 200, headers: {}, body: null })).toContain('\r\ncontent-length: 0\r\n');
    expect(await receive({ status: 204, headers: {}, body: null })).not.toMatch(/content-length|transfer-encoding/i);
    expect(await receive({ status: 304, headers: {}, body: null })).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('to HEAD has the length of the text and no text', async () => {
    const client = await openSocket(await openBinding(async () => text('hello')));
    client.socket.write(headRequest + headRequest);
    const received = await client.until(/(.|\r\n)+content-length: 5(.|\r\n)+content-length: 5(.|\r\n)+\r\n\r\n$/);
    expect(received).not.toContain('hello');
  });

  it('to HEAD never begins a stream, but tells it that nobody reads', async () => {
    const told = createSignal<string>();
    const chunks = {
      [Symbol.asyncIterator]: (): AsyncIterator<string> => ({
        next: async () => {
          told.fire('next');
          return { done: true, value: undefined };
        },
        return: async () => {
          told.fire('return');
          return { done: true, value: undefined };
        },
      }),
    };
    expect(await receive(stream(chunks, { 'content-length': '9' }), headRequest)).toContain('content-length: 9');
    expect(await told.fired).toBe('return');
  });

  it('that cannot be written, which the core never makes, ends the connection and is reported', async () => {
    const { log, lines } = createLogRecorder();
    const client = await openSocket(
      await openBinding(async () => ({ status: 200, headers: { 'x-bad': 'a\r\nb' }, body: '' }), { log }),
    );
    client.socket.write(get);
    expect(await client.closed).toBe('');
    expect(lines).toMatchObject([{ level: 'error', fields: { err: { code: 'ERR_INVALID_CHAR' } } }]);
  });

  it('that comes after the client is gone is dropped without a word', async () => {
    const { log, lines } = createLogRecorder();
    const answered = createSignal();
    const binding = await openBinding(
      async (call) => {
        if (call.path === '/alive') return text('alive');
        const gone = once(call.signal, 'abort');
        client.socket.destroy();
        await gone;
        setImmediate(answered.fire);
        return text('late');
      },
      { log },
    );
    const client = await openSocket(binding);
    client.socket.write(get);
    await answered.fired;
    expect(await (await fetch(`${binding.url}/api/sync/alive`)).text()).toBe('alive');
    expect(lines).toEqual([]);
  });
});

describe('a stream', () => {
  it('sends its headers at once and each part when it comes', async () => {
    const first = createSignal();
    const second = createSignal();
    async function* chunks() {
      await first.fired;
      yield 'one;';
      await second.fired;
      yield '';
      yield Buffer.from('two;');
    }
    const client = await openSocket(
      await openBinding(async () => stream(chunks(), { 'content-type': 'text/event-stream' })),
    );
    client.socket.write(get);
    expect(await client.until('\r\n\r\n')).toContain(
      'transfer-encoding: chunked'.replace('t', 'T').replace('-e', '-E'),
    );
    first.fire();
    expect(await client.until('one;')).not.toContain('two;');
    second.fire();
    await client.until(/two;\r\n0\r\n\r\n$/);
  });

  it('of a known length is sent as it is, and the connection goes on', async () => {
    async function* chunks() {
      yield 'abc';
      yield 'def';
    }
    const client = await openSocket(await openBinding(async () => stream(chunks(), { 'content-length': '6' })));
    client.socket.write(get);
    expect(await client.until('abcdef')).not.toContain('chunked');
    client.socket.write(get);
    await client.until(/abcdef(.|\r\n)+abcdef$/);
  });

  it('is taken no faster than a slow reader reads', async () => {
    const chunk = Buffer.alloc(256 * 1024);
    const count = 200;
    let taken = 0;
    async function* chunks() {
      for (; taken < count; taken += 1) yield chunk;
    }
    const client = await openSocket(
      await openBinding(async () => stream(chunks(), { 'content-length': String(count * chunk.length) })),
    );
    client.socket.write(get);
    await client.until('\r\n\r\n');
    client.socket.pause();
    // The kernel's buffers fill; then the count stands still.
    let before = -1;
    while (taken !== before) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(taken).toBeLessThan(count);
    client.socket.resume();
    while (client.received().length < count * chunk.length) await client.next('data');
    expect(taken).toBe(count);
  });

  it('whose reader leaves while it waits is told by return, and its signal is aborted', async () => {
    const told = createSignal<boolean>();
    const client = await openSocket(
      await openBinding(async (call) => {
        let isFirst = true;
        let settle: (result: IteratorResult<string>) => void = () => {};
        const chunks: AsyncIterable<string> = {
          [Symbol.asyncIterator]: () => ({
            next: () => {
              const result = new Promise<IteratorResult<string>>((resolve) => {
                settle = resolve;
              });
              if (isFirst) settle({ done: false, value: 'hello' });
              isFirst = false;
              return result;
            },
            return: async () => {
              settle({ done: true, value: undefined });
              told.fire(call.signal.aborted);
              return { done: true, value: undefined };
            },
          }),
        };
        return stream(chunks);
      }),
    );
    client.socket.write(get);
    await client.until('hello');
    client.socket.destroy();
    expect(await told.fired).toBe(true);
  });

  it('whose reader leaves while a part is being written runs its finally', async () => {
    const ended = createSignal();
    async function* chunks() {
      try {
        for (;;) yield Buffer.alloc(1024 * 1024);
      } finally {
        ended.fire();
      }
    }
    const client = await openSocket(await openBinding(async () => stream(chunks())));
    client.socket.pause();
    client.socket.write(get);
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.socket.destroy();
    await ended.fired;
  });

  it('that is answered when the client is already gone is told too', async () => {
    const told = createSignal();
    const client = await openSocket(
      await openBinding(async (call) => {
        const gone = once(call.signal, 'abort');
        client.socket.destroy();
        await gone;
        const chunks: AsyncIterable<string> = {
          [Symbol.asyncIterator]: () => ({
            next: () => Promise.reject(new Error('Nobody reads.')),
            return: async () => {
              told.fire();
              return { done: true, value: undefined };
            },
          }),
        };
        return stream(chunks);
      }),
    );
    client.socket.write(get);
    await told.fired;
  });

  it('pipelined behind another one is told when the connection closes', async () => {
    const told = createSignal();
    let count = 0;
    const client = await openSocket(
      await openBinding(async (call) => {
        count += 1;
        async function* chunks() {
          yield 'begun';
          await once(call.signal, 'abort');
        }
        if (count === 2) {
          client.socket.destroy();
          await once(call.signal, 'abort');
          told.fire();
        }
        return stream(chunks());
      }),
    );
    client.socket.write(get + get);
    await told.fired;
  });

  it('is destroyed when it is cut, also when it was cut before', async () => {
    for (const isBefore of [true, false]) {
      const cut = new AbortController();
      const ended = createSignal();
      async function* chunks() {
        try {
          yield 'begun';
          for (;;) yield Buffer.alloc(1024 * 1024);
        } finally {
          ended.fire();
        }
      }
      if (isBefore) cut.abort();
      const client = await openSocket(await openBinding(async () => stream(chunks(), {}, cut)));
      client.socket.write(get);
      if (!isBefore) {
        await client.until('begun');
        client.socket.pause();
        cut.abort();
        client.socket.resume();
      }
      await client.closed;
      if (!isBefore) await ended.fired;
    }
  });

  it('that fails in its middle destroys the connection and is reported', async () => {
    const { log, lines } = createLogRecorder();
    const fault = new Error('A fault.');
    async function* chunks() {
      yield 'begun';
      throw fault;
    }
    const client = await openSocket(await openBinding(async () => stream(chunks()), { log }));
    client.socket.write(get);
    const received = await client.closed;
    expect(received).toContain('begun');
    expect(received).not.toContain('\r\n0\r\n');
    expect(lines).toEqual([{ level: 'error', fields: { err: fault }, message: expect.any(String) }]);
  });

  it('that fails on return is reported', async () => {
    const { log, lines } = createLogRecorder();
    const fault = new Error('A fault.');
    const told = createSignal();
    const client = await openSocket(
      await openBinding(
        async () =>
          stream({
            [Symbol.asyncIterator]: () => ({
              next: () => new Promise<never>(() => {}),
              return: () => {
                setImmediate(told.fire);
                throw fault;
              },
            }),
          }),
        { log },
      ),
    );
    client.socket.write(get);
    await client.until('\r\n\r\n');
    client.socket.destroy();
    await told.fired;
    expect(lines).toMatchObject([{ level: 'error', fields: { err: fault } }]);
  });
});
