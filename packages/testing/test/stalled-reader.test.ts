import { isStreamBody } from '@synckeep/core';
import { expect, test } from 'vitest';
import { openFixture } from '../src/scenarios/fixture.js';

test('cuts a stream whose reader has not taken a keepalive for 60 s, and holds no more for it than one block [P-75]', async () => {
  const { fixture: f, close } = await openFixture({}, {});
  const device = await f.device();
  const phone = await f.device(device, 'Phone');
  const { body } = await f.server.dispatch({
    method: 'GET',
    path: '/subscribe',
    query: '',
    header: (name) => (name === 'authorization' ? `Bearer ${device.token}` : undefined),
    address: '127.0.0.1',
    body: { bytes: async () => new Uint8Array(), chunks: () => ReadableStream.from<Uint8Array>([]) },
    signal: new AbortController().signal,
  });
  if (!isStreamBody(body)) throw new Error('No stream.');
  const reader = body.chunks[Symbol.asyncIterator]();
  expect((await reader.next()).value).toContain('retry:');
  for (let n = 0; n < 5; n++) {
    await phone.write(`row-${n}`);
    f.clock.advance(10_000);
  }
  expect(body.cut.aborted).toBe(false);
  const held = await reader.next();
  expect(String(held.value).length).toBeLessThan(500);
  f.clock.advance(90_000);
  expect(body.cut.aborted).toBe(true);
  expect((await reader.next()).value ?? '').not.toContain('changed');
  await close();
});
