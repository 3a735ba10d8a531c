import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { encryptedRange } from '../../src/blobs/encrypted-range.js';
import {
  createFolderBlobCache,
  encryptedBlobLength,
  openFileSource,
  secureRandom,
  spoolStream,
} from '../../src/node.js';
import { fill } from '../crypto/streams.js';
import { openBlobWorld, read } from './blob-world.js';

const folder = mkdtempSync(join(tmpdir(), 'synckeep-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const filesIn = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' });

test('a file is uploaded from the disk', async () => {
  const { open } = await openBlobWorld();
  for (const size of [0, 1, 300_000]) {
    const path = join(folder, `file-${size}`);
    writeFileSync(path, fill(size));
    const ref = await open().upload(await openFileSource(path));
    expect((await read(open().download(ref))).equals(fill(size))).toBe(true);
  }
});

test('a stream that can be read once is spooled, unreadable for others, and leaves nothing behind', async () => {
  const { open } = await openBlobWorld();
  const own = mkdtempSync(join(folder, 'spool-'));
  const spooled = await spoolStream(Readable.from([fill(100_000), Buffer.from('canary'.repeat(100))]), own);
  expect(spooled.size).toBe(100_600);
  const files = filesIn(own).filter((name) => name.endsWith('bytes'));
  expect(files).toHaveLength(1);
  expect(readFileSync(join(own, files[0] ?? '')).includes('canary')).toBe(false);
  const ref = await open().upload(spooled);
  expect((await read(open().download(ref))).subarray(-6).toString()).toBe('canary');
  expect((await read(spooled.open(99_999, 100_007))).subarray(1).toString()).toBe('canaryc');
  await spooled.dispose();
  expect(filesIn(own)).toEqual([]);
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('x');
      throw new Error('The stream broke.');
    })(),
  );
  await expect(spoolStream(broken, own)).rejects.toThrow('The stream broke.');
  expect(filesIn(own)).toEqual([]);
});

test('any part of the ciphertext is made without what stands before it', async () => {
  const size = 200_000;
  const bytes = fill(size);
  const opened: number[] = [];
  const source = {
    size,
    open(start: number, end: number) {
      opened.push(end - start);
      return new Blob([bytes.slice(start, end)]).stream();
    },
  };
  const secret = { key: secureRandom(32), prefix: secureRandom(19) };
  const take = async (start?: number, end?: number): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of encryptedRange(source, secret, start, end)) parts.push(part);
    return Buffer.concat(parts);
  };
  const total = encryptedBlobLength(size);
  const whole = await take();
  expect(whole).toHaveLength(total);
  for (const [start, end] of [
    [0, 5],
    [0, 20],
    [10, 30],
    [20, 65_572],
    [65_571, 65_573],
    [65_572, 131_124],
    [100_000, 150_000],
    [total - 1, total],
  ] as const) {
    opened.length = 0;
    expect((await take(start, end)).equals(whole.subarray(start, end)), `${start} to ${end}`).toBe(true);
    expect(opened.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(end - start + 2 * 65_536);
  }
});

test('a cache in a folder keeps what was whole, encrypted', async () => {
  const { open, seen } = await openBlobWorld();
  const path = join(folder, 'cache');
  const blobs = open({ cache: createFolderBlobCache(path) });
  const ref = await open().upload(Buffer.from('canary'.repeat(50_000)));
  const reader = blobs.download(ref).getReader();
  await reader.read();
  await reader.cancel();
  expect(filesIn(path)).toEqual([]);
  await read(blobs.download(ref));
  expect(filesIn(path)).toEqual([ref.hash]);
  expect(readFileSync(join(path, ref.hash)).includes('canary')).toBe(false);
  seen.length = 0;
  const restarted = open({ cache: createFolderBlobCache(path) });
  expect((await read(restarted.download(ref))).subarray(0, 6).toString()).toBe('canary');
  expect(seen).toEqual([]);
  await restarted.delete(ref);
  expect(filesIn(path)).toEqual([]);
});
