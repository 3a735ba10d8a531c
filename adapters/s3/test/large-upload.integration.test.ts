import { createHash } from 'node:crypto';
import { createMemoryStorage } from '@synckeep/core/memory';
import { operations } from '@synckeep/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeRealS3, openRealS3, type RealS3 } from './real-server.js';
import { newKey } from './stage.js';
import { startServer } from './whole-server.js';

const MiB = 1024 * 1024;
const block = Buffer.alloc(64 * 1024, 'sealed');

/** Bytes from `start` to `end` of a blob that is nowhere whole. No two blocks are the same. */
const slice = (start: number, end: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end; ) {
    const within = at % block.length;
    const piece = Buffer.from(block);
    piece.writeUInt32BE(Math.floor(at / block.length), 0);
    const taken = piece.subarray(within, Math.min(block.length, within + end - at));
    bytes.set(taken, at - start);
    at += taken.length;
  }
  return bytes;
};

async function* blocks(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += block.length) yield slice(at, Math.min(size, at + block.length));
}

const hashOfBlocks = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of chunks) digest.update(chunk);
  return digest.digest('hex');
};

describeRealS3('a blob over 100 MiB at a real S3 server', () => {
  let s3: RealS3;
  beforeAll(async () => {
    s3 = await openRealS3();
  });
  afterAll(() => s3.close());

  it('goes up in parts, breaks off, goes on in another process, and comes back as it was [P-108]', async () => {
    const size = 101 * MiB + 12_345;
    const partSize = 8 * MiB;
    const hash = await hashOfBlocks(blocks(size));
    const storage = createMemoryStorage();
    const first = await startServer(storage, s3.store);
    let server = first;
    const ask = async (upload: object) => {
      const { status, body } = await server.post('/blobs/upload', { hash, size_bytes: size, upload });
      expect(status, JSON.stringify(body)).toBe(200);
      return operations.uploadBlob.answers[200].parse(body);
    };
    const confirm = () => server.post('/blobs/confirm', { hash, size_bytes: size });
    const send = async (parts: readonly { part_number: number; url: string }[], spoil?: number) => {
      for (const { part_number: number, url } of parts) {
        const body = slice((number - 1) * partSize, Math.min(size, number * partSize));
        if (number === spoil) body[7] = (body[7] ?? 0) ^ 1;
        const answer = await fetch(url, { method: 'PUT', body });
        expect(answer.status, await answer.text()).toBe(200);
      }
    };

    const begun = (await ask({ part_size: partSize })).upload;
    expect(begun).toMatchObject({ part_size: partSize });
    expect(begun?.parts).toHaveLength(13);
    await send(begun?.parts.slice(0, 6) ?? [], 4);
    expect(await confirm()).toMatchObject({ status: 409, body: { code: 'blob_not_uploaded' } });
    await first.close();

    server = await startServer(storage, (await openAgain()).store, first.user);
    const resumed = (await ask({ id: begun?.id })).upload;
    expect(resumed).toMatchObject({ id: begun?.id, part_size: partSize });
    expect(resumed?.parts.map(({ part_number }) => part_number)).toEqual([7, 8, 9, 10, 11, 12, 13]);
    await send(resumed?.parts ?? []);
    expect((await ask({ id: begun?.id })).upload?.parts).toEqual([]);
    expect(await confirm()).toMatchObject({ status: 422, body: { code: 'blob_mismatch' } });
    expect(await confirm()).toMatchObject({ status: 409, body: { code: 'blob_not_uploaded' } });

    const again = (await ask({ id: begun?.id, part_size: partSize })).upload;
    expect(again?.id).not.toBe(begun?.id);
    await send(again?.parts ?? []);
    const confirmations = await Promise.all([confirm(), confirm(), confirm()]);
    for (const each of confirmations) expect(each).toEqual({ status: 200, body: { hash, size_bytes: size } });
    expect(await ask({ id: again?.id })).toEqual({ upload_url: '', already_exists: true });

    const { body } = await server.post('/blobs/download', { hash });
    const answer = await fetch(operations.downloadBlob.answers[200].parse(body).download_url);
    if (!answer.body) throw new Error('The download has no body.');
    expect(answer.headers.get('content-length')).toBe(String(size));
    expect(await hashOfBlocks(answer.body)).toBe(hash);
    await server.close();
  }, 300_000);

  /** What another process would open: nothing is shared but the bucket. */
  const openAgain = () => openRealS3({ prefix: s3.prefix });

  it('is written, verified and read in a fraction of its size', async () => {
    const size = 192 * MiB;
    const object = { objectKey: newKey(), sizeBytes: size, hash: await hashOfBlocks(blocks(size)) };
    let peak = 0;
    async function* watched(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        peak = Math.max(peak, process.memoryUsage.rss());
        yield chunk;
      }
    }
    const small = { objectKey: newKey(), sizeBytes: 20 * MiB, hash: await hashOfBlocks(blocks(20 * MiB)) };
    await s3.store.write(small, blocks(small.sizeBytes));
    await s3.store.accept(small);
    const idle = process.memoryUsage.rss();
    await s3.store.write(object, watched(blocks(size)));
    const look = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    expect(await s3.store.accept(object)).toBe('accepted');
    clearInterval(look);
    const chunks = await s3.store.read(object.objectKey);
    if (!chunks) throw new Error('There is nothing to read.');
    expect(await hashOfBlocks(watched(chunks))).toBe(object.hash);
    expect(peak).toBeGreaterThan(0);
    console.info(`${Math.round((peak - idle) / MiB)} MiB more than idle for a blob of ${size / MiB} MiB`);
    expect(peak - idle).toBeLessThan(96 * MiB);
  }, 300_000);
});
