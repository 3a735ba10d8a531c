import { ndjson } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { toWireRequest } from '../fixture.js';
import type { Topic } from '../scenario.js';
import { readBytes, type Transport } from '../transport.js';

interface Line {
  readonly row_id?: string;
  readonly cursor?: string | number | null;
  readonly has_more?: boolean;
  readonly last_push?: number;
  readonly server_time?: string;
  readonly code?: string;
  readonly details?: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const toInput = ({ id, token }: Device, body: Body, headers: Readonly<Record<string, string>> = {}) => ({
  token,
  body: { device_id: id, ...body },
  headers: { accept: ndjson, ...headers },
});

const toLines = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const pullLines = async (device: Device, body: Body = {}): Promise<readonly Line[]> => {
  const { status, headers, text } = await device.call('pull', toInput(device, body));
  expect(status, text).toBe(200);
  expect(headers['content-type']).toBe(ndjson);
  return toLines(text);
};

const rowIds = (lines: readonly Line[]) => lines.flatMap(({ row_id }) => row_id ?? []);

/** The lines of a stream one after the other, as they come. */
const openLines = async (transport: Transport, device: Device, body: Body) => {
  const { body: bytes } = await transport.send(toWireRequest('pull', toInput(device, body)));
  const parts = bytes[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let text = '';
  return async (): Promise<Line | null> => {
    while (!text.includes('\n')) {
      const part = await parts.next();
      if (part.done) return null;
      text += decoder.decode(part.value, { stream: true });
    }
    const end = text.indexOf('\n');
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return JSON.parse(line);
  };
};

/** Larger than what a connection holds between two processes, so that a page waits until it is asked for. */
const large = 'x'.repeat(900_000);

const writeLarge = async (device: Device, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    const change = {
      table: 'tasks',
      op: 'insert',
      row_id: `large-${n}`,
      timestamp: '2026-03-13T10:05:00Z',
      data: large,
    };
    (await device.push([change])).ok();
  }
};

/** A pull that is answered as lines: P-49. */
export const pullAsLines: Topic = (scenario) => {
  scenario('brings what the pages would, a change a line and a cursor behind each page [P-49]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a', 'b', 'c');
    await laptop.write('own');
    await phone.write('d');
    const page = (await laptop.pull({ rich: true })).ok();
    const [start, ...lines] = await pullLines(laptop, { limit: 2, rich: true });
    expect(start).toEqual({ cursor: null });
    expect(lines.filter((line) => 'row_id' in line)).toEqual(page.changes);
    expect(lines.map((line) => line.row_id ?? 'cursor')).toEqual([
      'a',
      'b',
      'cursor',
      'c',
      'own',
      'cursor',
      'd',
      'cursor',
    ]);
    const { cursor, last_push, server_time } = page;
    expect(lines.at(-1)).toEqual({ cursor, has_more: false, last_push, server_time });
  });

  scenario('is asked for by name: JSON otherwise [P-49]', async (f) => {
    const laptop = await f.device();
    await laptop.write('a');
    for (const accept of ['*/*', 'application/*', 'application/json', `${ndjson};q=0`, 'text/x-ndjson']) {
      const { headers } = await laptop.call('pull', toInput(laptop, {}, { accept }));
      expect(headers['content-type'], accept).toMatch(/^application\/json/);
    }
    for (const accept of [`application/json;q=0.5, ${ndjson}`, 'Application/X-NDJSON; q=0.9', ndjson]) {
      const { headers } = await laptop.call('pull', toInput(laptop, {}, { accept }));
      expect(headers['content-type'], accept).toBe(ndjson);
    }
  });

  scenario('ends at once when nothing is new [P-49]', async (f) => {
    const laptop = await f.device();
    const { cursor } = (await laptop.pull()).ok();
    expect(await pullLines(laptop, { cursor })).toMatchObject([{ cursor }, { cursor, has_more: false }]);
  });

  scenario(
    'goes on from each of its cursors, with own changes up to the head of its beginning [P-45] [P-49]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(laptop, 'Phone');
      const written = ['a', 'own b', 'c', 'own d', 'e'];
      for (const rowId of written) await (rowId.startsWith('own') ? laptop : phone).write(rowId);
      const lines = await pullLines(laptop, { limit: 1 });
      await laptop.write('later');
      expect(rowIds(lines)).toEqual(written);
      const ends = lines.flatMap(({ cursor }, index) => (index > 0 && cursor ? [{ cursor, index }] : []));
      expect(ends).toHaveLength(5);
      for (const { cursor, index } of ends) {
        expect(rowIds(await pullLines(laptop, { cursor }))).toEqual(rowIds(lines.slice(index)));
      }
      const again = await pullLines(laptop, { cursor: lines[2]?.cursor, include_own: true, limit: 1 });
      expect(rowIds(again)).toEqual([...written.slice(1), 'later']);
    },
  );

  scenario('goes on from each of its integers in the dialect rust-client [P-42] [P-49]', async (f) => {
    const laptop = await f.device(await f.caller(await f.app({ dialect: 'rust-client' })));
    const phone = await f.device(laptop, 'Phone');
    const written = ['a', 'own b', 'c', 'own d'];
    for (const rowId of written) await (rowId.startsWith('own') ? laptop : phone).write(rowId);
    const lines = await pullLines(laptop, { limit: 1 });
    expect(lines[2]?.cursor).toBe(2);
    expect(rowIds(await pullLines(laptop, { cursor: lines[2]?.cursor }))).toEqual(written.slice(1));
  });

  scenario(
    'presents the cursor that the device named and none that it may not have received [P-48] [P-49]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(laptop, 'Phone');
      await phone.write('a', 'b', 'c');
      const { cursor } = await laptop.write('own');
      expect(rowIds(await pullLines(laptop, { limit: 1 }))).toHaveLength(4);
      expect((await laptop.pullAll({ cursor })).rowIds).toEqual(['a', 'b', 'c', 'own']);
    },
  );

  scenario('refuses before its first line as JSON does [P-47] [P-49]', async (f) => {
    const laptop = await f.device();
    (await laptop.call('pull', toInput(laptop, { cursor: 'nonsense' }))).refusal('invalid_cursor');
    (await laptop.call('pull', toInput(laptop, { device_id: crypto.randomUUID() }))).refusal('unknown_device');
    const { cursor } = await laptop.write('a');
    await f.storage.changeLog.renewEpoch({ appId: laptop.app.id, userId: laptop.user.id }, '00c0ffee00c0ffee');
    const details = (await laptop.call('pull', toInput(laptop, { cursor }))).refusal('cursor_expired');
    expect(details).toEqual({ reason: 'restored' });
  });

  scenario('says as its last line why it cannot go on [P-47] [P-49]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await writeLarge(phone, 12);
    const next = await openLines(f.transport, laptop, {});
    expect(await next()).toEqual({ cursor: null });
    expect(await next()).toMatchObject({ row_id: 'large-0' });
    await f.storage.changeLog.reset(
      { appId: laptop.app.id, userId: laptop.user.id },
      '00c0ffee00c0ffee',
      f.clock.now(),
    );
    let last: Line | null = null;
    let count = 0;
    for (let line = await next(); line !== null; line = await next()) {
      last = line;
      count++;
    }
    expect(last).toMatchObject({ code: 'cursor_expired', details: { reason: 'reset' } });
    expect(count).toBeLessThan(22);
  });

  scenario('ends when the token is revoked meanwhile [P-16] [P-49]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await writeLarge(phone, 12);
    const next = await openLines(f.transport, laptop, {});
    expect(await next()).toEqual({ cursor: null });
    await f.accounts.revokeTokens(laptop.user.id);
    f.clock.advance(2_500);
    let last: Line | null = null;
    for (let line = await next(); line !== null; line = await next()) last = line;
    expect(last).toMatchObject({ code: 'invalid_token' });
  });

  scenario('is compressed for whoever asks for it [P-49]', async (f) => {
    const laptop = await f.device();
    await laptop.write(...Array.from({ length: 300 }, (_, n) => `row ${n}`));
    const plain = await laptop.call('pull', toInput(laptop, {}, { 'accept-encoding': 'gzip;q=0, br' }));
    expect(plain.headers['content-encoding']).toBeUndefined();
    const request = toWireRequest('pull', toInput(laptop, {}, { 'accept-encoding': 'br, gzip' }));
    const answer = await f.transport.send(request);
    expect(answer.headers['content-encoding']).toBe('gzip');
    const bytes = await readBytes(answer);
    expect(bytes.length).toBeLessThan(plain.text.length / 4);
    const unpacked = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(unpacked).text()).toBe(plain.text);
  });

  scenario('is left by whoever does not want the rest, and holds nothing open [P-49]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await writeLarge(phone, 6);
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const leave = new AbortController();
      const request = toWireRequest('pull', { ...toInput(laptop, {}, headers), signal: leave.signal });
      const { body } = await f.transport.send(request);
      const parts = body[Symbol.asyncIterator]();
      expect((await parts.next()).done).toBe(false);
      leave.abort();
      await parts.return?.().catch(() => {});
    }
    expect((await laptop.pull()).ok().changes).not.toEqual([]);
  });
};
