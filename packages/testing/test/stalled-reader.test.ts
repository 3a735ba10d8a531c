import { type Call, isStreamBody } from '@synckeep/core';
import { ndjson } from '@synckeep/protocol';
import { expect, test, vi } from 'vitest';
import { type Fixture, openFixture } from '../src/scenarios/fixture.js';

/** The body of a stream, whose reader takes what it wants. */
const open = async (
  { server }: Fixture,
  {
    method,
    path,
    headers,
    body = {},
  }: Pick<Call, 'method' | 'path'> & { headers: Record<string, string>; body?: object },
) => {
  const answer = await server.dispatch({
    method,
    path,
    query: '',
    header: (name) => headers[name],
    address: '127.0.0.1',
    body: {
      bytes: async () => new TextEncoder().encode(JSON.stringify(body)),
      chunks: () => ReadableStream.from<Uint8Array>([]),
    },
    signal: new AbortController().signal,
  });
  if (!isStreamBody(answer.body)) throw new Error('No stream.');
  return { reader: answer.body.chunks[Symbol.asyncIterator](), cut: answer.body.cut };
};

test('cuts a stream whose reader has not taken a keepalive for 60 s, and holds no more for it than one block [P-75]', async () => {
  const { fixture: f, close } = await openFixture({}, {});
  const device = await f.device();
  const phone = await f.device(device, 'Phone');
  const headers = { authorization: `Bearer ${device.token}` };
  const { reader, cut } = await open(f, { method: 'GET', path: '/subscribe', headers });
  expect((await reader.next()).value).toContain('retry:');
  for (let n = 0; n < 5; n++) {
    await phone.write(`row-${n}`);
    f.clock.advance(10_000);
  }
  expect(cut.aborted).toBe(false);
  const held = await reader.next();
  expect(String(held.value).length).toBeLessThan(500);
  f.clock.advance(90_000);
  expect(cut.aborted).toBe(true);
  expect((await reader.next()).value ?? '').not.toContain('changed');
  await close();
});

test('cuts a pull as lines whose reader takes nothing for 60 s, and reads one page ahead for it [P-49]', async () => {
  const { fixture: f, close } = await openFixture({}, {});
  const read = vi.spyOn(f.storage.changeLog, 'read');
  const laptop = await f.device();
  const phone = await f.device(laptop, 'Phone');
  await phone.write('a', 'b', 'c', 'd');
  const headers = { authorization: `Bearer ${laptop.token}`, 'content-type': 'application/json', accept: ndjson };
  const body = { device_id: laptop.id, limit: 1 };
  const { reader, cut } = await open(f, { method: 'POST', path: '/pull', headers, body });
  for (const [index, rowId] of ['a', 'b', 'c'].entries()) {
    expect(String((await reader.next()).value)).toContain(`"row_id":"${rowId}"`);
    expect(read).toHaveBeenCalledTimes(index + 2);
    f.clock.advance(59_000);
  }
  expect(cut.aborted).toBe(false);
  f.clock.advance(1_000);
  expect(cut.aborted).toBe(true);
  await reader.return?.();
  await close();
});
