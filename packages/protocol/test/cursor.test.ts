import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Cursor,
  decodeCursor,
  decodeIntegerCursor,
  encodeCursor,
  encodeIntegerCursor,
  isSyncError,
  limits,
  parseCursor,
} from '../src/index.js';

const position = fc.maxSafeNat();
const kind = fc.constantFrom('pull', 'push');
const cursor: fc.Arbitrary<Cursor> = fc.record({
  kind,
  epoch: fc.stringMatching(/^[0-9a-f]{16}$/),
  position,
  tag: fc.nat({ max: 0xff_ff_ff_ff }),
  own: position,
  floor: position,
});

/** What decoding answers, or the code that it refuses with; anything else is thrown. */
const attempt = (text: string): unknown => {
  try {
    return decodeCursor(text);
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return error.code;
  }
};

describe('cursors [P-41]', () => {
  test('come back as they were, from URL-safe text that fits into a request', () => {
    fc.assert(
      fc.property(cursor, (value) => {
        const text = encodeCursor(value);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(text.length).toBeLessThanOrEqual(limits.cursorCharacters);
        expect(decodeCursor(text)).toEqual(value);
        expect(parseCursor(text)).toEqual(value);
      }),
      { numRuns: 1000, seed: 20_260_313 },
    );
  });

  test('are never taken for an integer cursor', () => {
    fc.assert(
      fc.property(cursor, (value) => {
        expect(encodeCursor(value)).not.toMatch(/^[0-9]+$/);
      }),
      { numRuns: 1000, seed: 20_260_313 },
    );
  });

  test('have one text only: what decodes encodes to the same text, all else is invalid_cursor', () => {
    const mutated = fc
      .tuple(cursor, fc.nat(), fc.string({ maxLength: 3 }), fc.nat({ max: 3 }))
      .map(([value, at, inserted, removed]) => {
        const text = encodeCursor(value);
        const start = at % (text.length + 1);
        return text.slice(0, start) + inserted + text.slice(start + removed);
      });
    const texts = fc.oneof(mutated, fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
    fc.assert(
      fc.property(texts, (text) => {
        const found = attempt(text);
        if (typeof found === 'string') expect(found).toBe('invalid_cursor');
        else expect(encodeCursor(found as Cursor)).toBe(text);
      }),
      { numRuns: 5000, seed: 20_260_313 },
    );
  });

  test('mean the start when they are absent, null, "" or 0 [P-40]', () => {
    for (const start of [undefined, null, '', 0, '0']) expect(parseCursor(start)).toBeNull();
  });
});

describe('integer cursors [P-42]', () => {
  test('come back as they were, as numbers and as digits', () => {
    fc.assert(
      fc.property(kind, fc.nat({ max: 2 ** 31 }), fc.nat({ max: 2 ** 21 - 1 }), (mark, low, high) => {
        const value = { kind: mark, position: high * 2 ** 31 + (low % 2 ** 31) };
        const encoded = encodeIntegerCursor(value);
        expect(encoded).toBeLessThan(2 ** 53);
        expect(decodeIntegerCursor(encoded)).toMatchObject(value);
        if (encoded !== 0) {
          expect(parseCursor(encoded)).toMatchObject(value);
          expect(parseCursor(String(encoded))).toMatchObject(value);
        }
      }),
      { seed: 20_260_313 },
    );
  });

  test('do not exist at or above 2^53, below 0 and between the whole numbers', () => {
    expect(() => encodeIntegerCursor({ kind: 'pull', position: 2 ** 52 })).toThrow(RangeError);
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => decodeIntegerCursor(value)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
    }
    for (const text of ['9007199254740992', '-1', '1.5', '1e3', ' 1', '0x1']) {
      expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
    }
  });
});
