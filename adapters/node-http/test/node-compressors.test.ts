import * as zlib from 'node:zlib';
import type { Compressor } from '@synckeep/core';
import { describe, expect, test } from 'vitest';
import { createNodeCompressors } from '../src/index.js';

const compressors = createNodeCompressors();

/** Not every Node that this runs on has it. */
const { createZstdDecompress }: { readonly constants: object; readonly createZstdDecompress?: () => zlib.Gunzip } =
  zlib;

const createDecompressor = ({ encoding }: Compressor) =>
  encoding === 'zstd' && createZstdDecompress ? createZstdDecompress() : zlib.createGunzip();

test('this Node has gzip, and zstd before it where zlib has that', () => {
  const encodings = compressors.map(({ encoding }) => encoding);
  expect(encodings).toEqual(createZstdDecompress ? ['zstd', 'gzip'] : ['gzip']);
});

describe.each(compressors)('$encoding', (compressor) => {
  test('brings the text back', async () => {
    const pages = Array.from({ length: 20 }, (_, n) => `{"n":${n}}\n`.repeat(20_000));
    async function* chunks() {
      yield* pages;
    }
    const decompressor = createDecompressor(compressor);
    for await (const part of compressor.compress(chunks())) decompressor.write(part);
    decompressor.end();
    let text = '';
    for await (const part of decompressor) text += part;
    expect(text).toBe(pages.join(''));
  });

  test('brings a page before the next one is there', async () => {
    async function* chunks() {
      yield 'a page\n';
      await new Promise(() => {});
    }
    const parts = compressor.compress(chunks());
    const decompressor = createDecompressor(compressor);
    let text = '';
    decompressor.on('data', (part) => {
      text += part;
    });
    while (text !== 'a page\n') {
      const { value } = await parts.next();
      await new Promise((resolve) => decompressor.write(value, resolve));
    }
    expect(text).toBe('a page\n');
  });

  test('makes no page ahead of a slow reader but the two that it holds, and ends with it', async () => {
    let made = 0;
    let isEnded = false;
    async function* chunks() {
      try {
        for (;;) {
          made++;
          yield crypto.getRandomValues(new Uint8Array(65_536)).join();
        }
      } finally {
        isEnded = true;
      }
    }
    const parts = compressor.compress(chunks());
    await parts.next();
    for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBeLessThanOrEqual(4);
    await parts.return(undefined);
    await expect.poll(() => isEnded).toBe(true);
  });

  test('fails as its pages fail', async () => {
    async function* chunks() {
      yield 'a page\n';
      throw new Error('The database is gone.');
    }
    const read = async () => {
      for await (const part of compressor.compress(chunks())) expect(part.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow('The database is gone.');
  });
});
