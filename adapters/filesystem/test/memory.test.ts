import { createHash } from 'node:crypto';
import { isStreamBody } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { hour, newKey, openStage, request } from './stage.js';

const MiB = 1024 * 1024;
const block = Buffer.alloc(64 * 1024, 'sealed');

function* blocks(size: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += block.length) yield block;
}

const hashOfBlocks = (size: number): string => {
  const digest = createHash('sha256');
  for (const each of blocks(size)) digest.update(each);
  return digest.digest('hex');
};

describe('a large blob', () => {
  it('goes up and down in a fraction of its size', async () => {
    const stage = await openStage();
    const { store, clock } = stage;
    let idle = 0;
    let peak = 0;
    const look = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const upAndDown = async (size: number): Promise<void> => {
      const objectKey = newKey();
      const hash = hashOfBlocks(size);
      const target = { objectKey, sizeBytes: size, hash, expiresAt: clock.now() + hour, checksumHeader: false };
      async function* watched() {
        for (const each of blocks(size)) {
          look();
          yield each;
        }
      }
      const { url } = await store.signUpload(target);
      expect((await request(store, url, { method: 'PUT', chunks: watched() })).status).toBe(200);
      const { body } = await request(store, await store.signDownload(objectKey, clock.now() + hour));
      if (!isStreamBody(body)) throw new Error('A download is a stream.');
      const digest = createHash('sha256');
      for await (const chunk of body.chunks) {
        digest.update(chunk);
        look();
      }
      expect(digest.digest('hex')).toBe(hash);
    };
    await upAndDown(8 * MiB);
    idle = process.memoryUsage.rss();
    peak = 0;
    await upAndDown(192 * MiB);
    expect(peak).toBeGreaterThan(0);
    // The contract's number is for a server of its own process: `npm run test:large-blob`.
    expect(peak - idle).toBeLessThan(96 * MiB);
  });
});
