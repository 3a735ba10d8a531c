import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inEqualParts } from '../../src/moving/equal-parts.js';
import { MovingError } from '../../src/moving/moving-error.js';
import { splitLines } from '../../src/moving/split-lines.js';

const cutAt = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
};

async function* from(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  // The same memory again and again, as some readers of files use it.
  const memory = new Uint8Array(1024);
  for (const part of parts) {
    memory.set(part);
    yield memory.subarray(0, part.length);
    memory.fill(0);
  }
}

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer[]> => {
  const collected: Buffer[] = [];
  for await (const chunk of chunks) collected.push(Buffer.from(chunk));
  return collected;
};

const bytesAndCuts = fc.tuple(
  fc.array(fc.string({ maxLength: 12 }), { maxLength: 12 }),
  fc.array(fc.nat(), { maxLength: 8 }),
);

describe('lines of a stream', () => {
  it('are the same wherever the stream is cut into parts', async () => {
    await fc.assert(
      fc.asyncProperty(bytesAndCuts, async ([texts, cuts]) => {
        const lines = texts.map((text) => Buffer.from(`${text.replaceAll('\n', '')}\n`));
        const parts = cutAt(Buffer.concat(lines), cuts);
        expect(await collect(splitLines(from(parts)))).toEqual(lines);
      }),
    );
  });

  it('end with a line break, the last one too', async () => {
    await expect(collect(splitLines(from([Buffer.from('a\nb')])))).rejects.toBeInstanceOf(MovingError);
  });
});

describe('equal parts of a stream', () => {
  it('are of one size, the last one perhaps smaller, and the same bytes together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.array(fc.nat(), { maxLength: 8 }), async (bytes, cuts) => {
        const parts = await collect(inEqualParts(from(cutAt(bytes, cuts)), 7));
        expect(parts.slice(0, -1).every(({ length }) => length === 7)).toBe(true);
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      }),
    );
  });
});
