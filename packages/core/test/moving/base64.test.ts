import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../src/moving/base64.js';

it('base64 is what everybody else makes of the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
});

it.each(['*', 'a', 'ab-c', 'ab_c', 'é'])('%s is no base64', (text) => {
  expect(fromBase64(text)).toBeNull();
});
