import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../../src/crypto/base64url.js';
import { padmeLength } from '../../src/crypto/padme.js';

test('base64url is that of RFC 4648 and has one text for each bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), (text) => {
      const bytes = fromBase64url(text);
      if (bytes !== null) expect(toBase64url(bytes)).toBe(text);
    }),
  );
});

test('PADMÉ adds at most 12 % and never takes away', () => {
  fc.assert(
    fc.property(fc.nat(100_000_000), (length) => {
      const padded = padmeLength(length);
      expect(padded).toBeGreaterThanOrEqual(length);
      expect(padded).toBeLessThanOrEqual(length * 1.12);
      expect(padmeLength(padded)).toBe(padded);
    }),
  );
});
