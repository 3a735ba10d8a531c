import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHttpCalls, toBase } from '../../src/api/http-calls.js';
import { createEventParser, type StreamEvent } from '../../src/sync/stream.js';

const answering = (response: () => Response) =>
  createHttpCalls({ url: 'http://synckeep.test', token: () => 'token', fetch: async () => response() });

test('the prefix of an address without a path is the usual one', () => {
  expect(toBase('https://a.example')).toBe('https://a.example/api/sync');
  expect(toBase('https://a.example/')).toBe('https://a.example/api/sync');
  expect(toBase('https://a.example/host/sync/')).toBe('https://a.example/host/sync');
});

test('a refusal keeps code, details and Retry-After', async () => {
  const body = { error: 'Too many.', code: 'rate_limited', details: { bucket: 'read' } };
  const { call } = answering(() => Response.json(body, { status: 429, headers: { 'retry-after': '7' } }));
  await expect(call('status')).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfter: 7,
    details: { bucket: 'read' },
  });
});

test.each([
  ['a page of a proxy', () => new Response('<html>', { status: 200 })],
  ['a body of another shape', () => Response.json({ changes: 'none' })],
  ['a code that is none of ours', () => Response.json({ error: 'x', code: 'teapot' }, { status: 418 })],
  ['a page instead of an error', () => new Response('<html>', { status: 502 })],
])('%s is an unexpected answer', async (_, response) => {
  const { call } = answering(response);
  await expect(call('pull', { body: { device_id: 'd' } })).rejects.toMatchObject({ code: 'unexpected_answer' });
});

test('no answer is unreachable, and a call that is given up fails with the reason', async () => {
  const { call } = createHttpCalls({
    url: 'http://synckeep.test',
    token: () => null,
    timeout: 20,
    fetch: (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
  });
  await expect(call('status')).rejects.toMatchObject({ code: 'unreachable' });
  const leave = new AbortController();
  const given = call('status', { signal: leave.signal });
  leave.abort(new Error('given up'));
  await expect(given).rejects.toThrow('given up');
});

test('an event stream is cut into the same events wherever the network cuts it', () => {
  const text =
    'retry: 3000\nid: a\n\nevent: changed\r\nid: b\r\ndata: {}\r\n\r\n: keepalive\n\nevent: keys\ndata: {"key_version":\ndata: 2}\n\n';
  const expected: StreamEvent[] = [
    { event: 'changed', data: '{}' },
    { event: 'keys', data: '{"key_version":\n2}' },
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const found: StreamEvent[] = [];
      const parse = createEventParser((event) => found.push(event));
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      for (const [index, place] of places.entries()) parse(text.slice(places[index - 1] ?? 0, place));
      expect(found).toEqual(expected);
    }),
  );
});
