import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type BlobProgress,
  createMemoryBlobCache,
  createMemoryBlobNotes,
  createPutBlob,
} from '../../src/blobs/index.js';
import { encryptedBlobLength } from '../../src/crypto/index.js';
import { fill } from '../crypto/streams.js';
import { openBlobWorld, read, stored } from './blob-world.js';

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

describe('a blob', () => {
  test.each([0, 1, 65_536, 65_537, 1_000_000])('of %i bytes is uploaded and comes back', async (size) => {
    const opened = await openBlobWorld();
    const seen: BlobProgress[] = [];
    const bytes = fill(size);
    const ref = await opened.open().upload(new Blob([bytes]), { onProgress: (progress) => seen.push(progress) });
    expect(ref).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), key: expect.any(String), size });
    const total = encryptedBlobLength(size);
    expect(seen.at(-1)).toEqual({ done: total, total });
    const ciphertext = await stored(opened, ref);
    expect(createHash('sha256').update(ciphertext).digest('hex')).toBe(ref.hash);
    expect(isSame(await read(opened.open().download(ref)), bytes)).toBe(true);
  });

  test('is no plaintext on the server', async () => {
    const opened = await openBlobWorld();
    const ref = await opened.open().upload(new TextEncoder().encode('canary '.repeat(1000)));
    expect((await stored(opened, ref)).includes('canary')).toBe(false);
  });

  test('of the same bytes is uploaded once', async () => {
    const { open, seen } = await openBlobWorld();
    const blobs = open();
    const ref = await blobs.upload(fill(100_000));
    expect(seen.filter((each) => each.startsWith('PUT'))).toHaveLength(1);
    seen.length = 0;
    expect(await blobs.upload(fill(100_000))).toEqual(ref);
    expect(seen).toEqual(['POST /blobs/upload']);
    expect((await blobs.upload(fill(100_001))).hash).not.toBe(ref.hash);
  });

  test('that was removed from the server meanwhile is uploaded again under the same reference', async () => {
    const { open } = await openBlobWorld();
    const blobs = open();
    const ref = await blobs.upload(fill(1000));
    await blobs.delete(ref);
    expect(await blobs.upload(fill(1000))).toEqual(ref);
    expect(isSame(await read(blobs.download(ref)), fill(1000))).toBe(true);
  });

  test('is sent as a Blob where streams cannot be', async () => {
    const { open, fetch } = await openBlobWorld();
    const blobs = open({ put: createPutBlob(fetch) });
    const ref = await blobs.upload(fill(200_000));
    expect(isSame(await read(blobs.download(ref)), fill(200_000))).toBe(true);
  });

  test('arrives through broken lines, expired URLs and an unsure answer', async () => {
    let puts = 0;
    let confirms = 0;
    const { open } = await openBlobWorld(async (request, next) => {
      if (request.method === 'PUT' && ++puts === 1) throw new TypeError('fetch failed');
      if (request.method === 'PUT' && puts === 2)
        return new Response('<Error>Request has expired</Error>', { status: 403 });
      if (!request.url.endsWith('/confirm') || ++confirms > 2) return next(request);
      await next(request);
      throw new TypeError('fetch failed');
    });
    const blobs = open();
    const ref = await blobs.upload(fill(70_000));
    expect([puts, confirms]).toEqual([3, 3]);
    expect(isSame(await read(blobs.download(ref)), fill(70_000))).toBe(true);
  });

  test('that the server lost before it was confirmed is sent again, and given up in the end', async () => {
    let isLosing = true;
    const { open, seen } = await openBlobWorld(async (request, next) =>
      isLosing && request.method === 'PUT' ? new Response(null, { status: 200 }) : next(request),
    );
    await expect(open().upload(fill(10))).rejects.toMatchObject({ code: 'not_stored' });
    expect(seen.filter((each) => each.startsWith('PUT'))).toHaveLength(3);
    isLosing = false;
    await open().upload(fill(10));
  });

  test('whose file shrinks or grows while it is read is refused', async () => {
    const { open } = await openBlobWorld();
    for (const size of [999, 1001]) {
      const source = { size, open: () => new Blob([fill(1000)]).stream() };
      await expect(open().upload(source)).rejects.toMatchObject({ code: 'source_changed' });
    }
  });

  test('can be broken off and goes on later', async () => {
    const controller = new AbortController();
    const { open } = await openBlobWorld(async (request, next) => {
      if (request.method === 'PUT') controller.abort(new Error('The user left.'));
      return next(request);
    });
    const notes = createMemoryBlobNotes();
    const upload = open({ notes }).upload(fill(1000), { signal: controller.signal });
    await expect(upload).rejects.toThrow('The user left.');
    await open({ notes }).upload(fill(1000));
  });
});

describe('a download', () => {
  test.each(['flip', 'cut', 'extend', 'other'])(
    'is refused when the server does this to the bytes: %s',
    async (how) => {
      const { open } = await openBlobWorld(async (request, next) => {
        const response = await next(request);
        if (request.method !== 'GET') return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (how === 'flip') bytes[100_000] = (bytes[100_000] ?? 0) ^ 1;
        if (how === 'cut') return new Response(bytes.slice(0, 20 + 65_552));
        if (how === 'extend') return new Response(new Uint8Array([...bytes, ...bytes.slice(20)]));
        if (how === 'other') return new Response(fill(bytes.length).fill(1, 0, 1));
        return new Response(bytes);
      });
      const cache = createMemoryBlobCache(10_000_000);
      const blobs = open({ cache });
      const ref = await open().upload(fill(200_000));
      await expect(read(blobs.download(ref))).rejects.toMatchObject({ code: 'tampered_blob' });
      // And nothing of it was kept.
      expect(await cache.read(ref.hash)).toBeNull();
    },
  );

  test('goes on where the line broke', async () => {
    const ranges: (string | null)[] = [];
    const { open } = await openBlobWorld(async (request, next) => {
      const response = await next(request);
      if (request.method !== 'GET') return response;
      ranges.push(request.headers.get('range'));
      if (ranges.length > 3) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      let isSent = false;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (isSent) return controller.error(new TypeError('terminated'));
          isSent = true;
          controller.enqueue(bytes.slice(0, 50_000));
        },
      });
      return new Response(body, { status: response.status });
    });
    const blobs = open();
    const ref = await blobs.upload(fill(300_000));
    expect(isSame(await read(blobs.download(ref)), fill(300_000))).toBe(true);
    expect(ranges).toEqual([null, 'bytes=50000-', 'bytes=100000-', 'bytes=150000-']);
  });

  test('fails in the end when the line brings nothing', async () => {
    const { open } = await openBlobWorld(async (request, next) => {
      if (request.method !== 'GET') return next(request);
      return new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) }));
    });
    const blobs = open();
    const ref = await blobs.upload(fill(1000));
    await expect(read(blobs.download(ref))).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('comes from the cache the second time, and a damaged copy is found once', async () => {
    const { open, seen } = await openBlobWorld();
    const cache = createMemoryBlobCache(10_000_000);
    const blobs = open({ cache });
    const ref = await blobs.upload(fill(100_000));
    await read(blobs.download(ref));
    seen.length = 0;
    expect(isSame(await read(blobs.download(ref)), fill(100_000))).toBe(true);
    expect(seen).toEqual([]);

    const entry = await cache.write(ref.hash);
    await entry.write(fill(encryptedBlobLength(100_000)).fill(1, 0, 1));
    await entry.commit();
    await expect(read(blobs.download(ref))).rejects.toMatchObject({ code: 'tampered_blob' });
    expect(isSame(await read(blobs.download(ref)), fill(100_000))).toBe(true);
  });

  test('that nobody reads to the end takes no more than it must, and keeps nothing', async () => {
    const { open } = await openBlobWorld();
    const cache = createMemoryBlobCache(10_000_000);
    const blobs = open({ cache });
    const ref = await open().upload(fill(1_000_000));
    const reader = blobs.download(ref).getReader();
    await reader.read();
    await reader.cancel();
    expect(await cache.read(ref.hash)).toBeNull();
  });

  test('of something that is no reference is refused before anything is fetched', async () => {
    const { open, seen } = await openBlobWorld();
    const ref = { hash: 'ab'.repeat(32), key: 'A'.repeat(43), size: 5 };
    for (const bad of [
      { ...ref, key: 'AA' },
      { ...ref, hash: '../etc' },
      { ...ref, size: -1 },
    ]) {
      expect(() => open().download(bad)).toThrow('no reference');
    }
    await expect(read(open().download(ref))).rejects.toMatchObject({ code: 'blob_not_found' });
    expect(seen).toEqual(['POST /blobs/download']);
  });
});
