import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createBlobDecryption,
  createBlobEncryption,
  encryptedBlobLength,
  secureRandom,
} from '../../src/crypto/index.js';
import { collect, fill, streamOf } from './streams.js';

const key = secureRandom(32);
const chunk = 65_552;
const encrypt = (bytes: Uint8Array, piece?: number) =>
  collect(streamOf(bytes, piece).pipeThrough(createBlobEncryption(key)));
const decrypt = (bytes: Uint8Array, piece?: number, with_ = key) =>
  collect(streamOf(bytes, piece).pipeThrough(createBlobDecryption(with_)));
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

describe('a blob', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])('of %i bytes comes back', async (length) => {
    const ciphertext = await encrypt(fill(length), 50_000);
    expect(ciphertext).toHaveLength(encryptedBlobLength(length));
    expect(isSame(await decrypt(ciphertext, 33_333), fill(length))).toBe(true);
  });

  test('comes back however it is cut into pieces', async () => {
    const piece = fc.integer({ min: 1, max: 150_000 });
    await fc.assert(
      fc.asyncProperty(fc.nat(150_000), piece, piece, async (length, one, two) => {
        const bytes = fill(length);
        expect(isSame(await decrypt(await encrypt(bytes, one + 500), two + 500), bytes)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  const whole = encrypt(fill(180_000));
  const refused = async (bytes: Uint8Array): Promise<string> =>
    decrypt(bytes).then(
      () => 'accepted',
      (error) => error.code,
    );

  test('is refused when any bit is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * encryptedBlobLength(180_000) - 1), async (bit) => {
        const bytes = (await whole).slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await refused(bytes)).toBe(bit < 8 ? 'malformed_blob' : 'tampered_blob');
      }),
      { numRuns: 40 },
    );
  });

  test('is refused when it is cut off, also between two chunks', async () => {
    for (const length of [
      0,
      1,
      19,
      20,
      21,
      35,
      36,
      20 + chunk - 1,
      20 + chunk,
      20 + 2 * chunk,
      encryptedBlobLength(180_000) - 1,
    ]) {
      expect(await refused((await whole).slice(0, length)), String(length)).toBe('tampered_blob');
    }
  });

  test('is refused when it is extended, by bytes or by a chunk of its own', async () => {
    const bytes = await whole;
    expect(await refused(new Uint8Array([...bytes, 0]))).toBe('tampered_blob');
    expect(await refused(new Uint8Array([...bytes, ...bytes.slice(20)]))).toBe('tampered_blob');
    const exact = await encrypt(fill(65_536));
    expect(await refused(new Uint8Array([...exact, ...exact.slice(20)]))).toBe('tampered_blob');
  });

  test('is refused when chunks are reordered, doubled or left out', async () => {
    const bytes = await whole;
    const [header, ...chunks] = [0, 20, 20 + chunk, 20 + 2 * chunk].map((at, n, all) => bytes.slice(at, all[n + 1]));
    const [a, b, c] = chunks;
    for (const order of [[b, a, c], [a, a, b, c], [a, c], [a, b], [c], [a, c, b]]) {
      expect(
        await refused(new Uint8Array(Buffer.concat([header, ...order].map((each) => each ?? new Uint8Array())))),
      ).toBe('tampered_blob');
    }
  });

  test('is refused under another key', async () => {
    await expect(decrypt(await whole, 50_000, secureRandom(32))).rejects.toMatchObject({ code: 'tampered_blob' });
  });

  test('lets out no byte that was not verified', async () => {
    const bytes = (await whole).slice();
    bytes[20 + chunk + 5] = (bytes[20 + chunk + 5] ?? 0) ^ 1;
    const reader = streamOf(bytes, 10_000).pipeThrough(createBlobDecryption(key)).getReader();
    const { value } = await reader.read();
    expect(isSame(value ?? new Uint8Array(), fill(65_536))).toBe(true);
    await expect(reader.read()).rejects.toMatchObject({ code: 'tampered_blob' });
  });

  test('passes in constant memory: what is not read is not taken', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given++;
          controller.enqueue(new Uint8Array(65_536));
        },
      },
      { highWaterMark: 0 },
    );
    const reader = endless.pipeThrough(createBlobEncryption(key)).pipeThrough(createBlobDecryption(key)).getReader();
    for (let n = 0; n < 5; n++) await reader.read();
    expect(given).toBeLessThan(12);
    await reader.cancel();
  });
});
