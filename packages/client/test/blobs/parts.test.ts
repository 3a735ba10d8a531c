import { expect, test } from 'vitest';
import { createMemoryBlobNotes } from '../../src/blobs/index.js';
import { encryptedBlobLength } from '../../src/crypto/index.js';
import { fill } from '../crypto/streams.js';
import { openBlobWorld, read } from './blob-world.js';

const size = 700_000;
const total = encryptedBlobLength(size);
const partSize = 100_000;
const count = Math.ceil(total / partSize);

/** A server that takes parts of blobs however small: it puts them together and gives the whole to the real one. */
const openPartsWorld = async (fail: (part: number) => boolean = () => false) => {
  const parts = new Map<number, Uint8Array<ArrayBuffer>>();
  const puts: number[] = [];
  const asked: unknown[] = [];
  const opened = await openBlobWorld(async (request, next) => {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === 'PUT' && pathname === '/part') {
      const number = Number(searchParams.get('n'));
      puts.push(number);
      if (fail(number)) throw new TypeError('fetch failed');
      parts.set(number, new Uint8Array(await request.arrayBuffer()));
      return new Response();
    }
    if (pathname.endsWith('/blobs/upload')) {
      const body = await request.clone().json();
      asked.push(body.upload);
      const answer = await (await next(request)).json();
      if (answer.already_exists) return Response.json(answer);
      const missing = Array.from({ length: count }, (_, n) => n + 1).filter((n) => !parts.has(n));
      if (missing.length === 0) {
        const whole = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
        const headers = { ...answer.upload_headers, 'content-length': String(whole.length) };
        await next(new Request(answer.upload_url, { method: 'PUT', headers, body: whole }));
      }
      const urls = missing.slice(0, 3).map((n) => ({ part_number: n, url: `http://synckeep.test/part?n=${n}` }));
      return Response.json({
        upload_url: '',
        already_exists: false,
        upload: { id: 'upload-1', part_size: partSize, parts: urls },
      });
    }
    return next(request);
  });
  return { ...opened, puts, asked };
};

test('a large blob is sent in parts, as many at a time as the server names [P-108]', async () => {
  const { open, puts, asked } = await openPartsWorld();
  const blobs = open({ partSize });
  const ref = await blobs.upload(fill(size));
  expect(puts).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  expect(asked[0]).toEqual({ part_size: partSize });
  expect(asked.at(-1)).toEqual({ part_size: partSize, id: 'upload-1' });
  expect(Buffer.from(fill(size)).equals(await read(blobs.download(ref)))).toBe(true);
});

test('a part that breaks off costs that part', async () => {
  let failures = 0;
  const { open, puts } = await openPartsWorld((part) => part === 5 && failures++ < 2);
  const blobs = open({ partSize });
  const ref = await blobs.upload(fill(size));
  expect(puts).toEqual([1, 2, 3, 4, 5, 5, 5, 6, 7, 8]);
  expect(Buffer.from(fill(size)).equals(await read(blobs.download(ref)))).toBe(true);
});

test('an upload goes on after a restart, with the key that it began with', async () => {
  const controller = new AbortController();
  const { open, puts } = await openPartsWorld((part) => {
    if (part === 4 && !controller.signal.aborted) controller.abort(new Error('The process has died.'));
    return false;
  });
  const notes = createMemoryBlobNotes();
  const first = open({ notes, partSize }).upload(fill(size), { signal: controller.signal });
  await expect(first).rejects.toThrow('has died');
  puts.length = 0;
  const blobs = open({ notes, partSize });
  const ref = await blobs.upload(fill(size));
  expect(puts).not.toContain(1);
  expect(Buffer.from(fill(size)).equals(await read(blobs.download(ref)))).toBe(true);
});
