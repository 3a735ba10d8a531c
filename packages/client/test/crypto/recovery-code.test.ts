import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecoveryCode } from '../../src/crypto/index.js';
import { parseRecoveryCode } from '../../src/crypto/recovery-code.js';

const secret = fc.uint8Array({ minLength: 20, maxLength: 20 });

test('a recovery code is nine groups of four and carries its secret', () => {
  fc.assert(
    fc.property(secret, (bytes) => {
      const code = createRecoveryCode(() => bytes);
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(parseRecoveryCode(code)).toEqual(bytes);
      expect(parseRecoveryCode(` ${code.toLowerCase().replaceAll('-', '')} `)).toEqual(bytes);
      expect(parseRecoveryCode(code.replaceAll('1', 'l').replaceAll('0', 'O'))).toEqual(bytes);
    }),
  );
});

test('two swapped or one wrong symbol are noticed', () => {
  fc.assert(
    fc.property(secret, fc.nat(34), (bytes, at) => {
      const symbols = createRecoveryCode(() => bytes).replaceAll('-', '');
      const swapped = [symbols.slice(0, at), symbols[at + 1], symbols[at], symbols.slice(at + 2)].join('');
      const wrong = [symbols.slice(0, at), symbols[at] === '7' ? '8' : '7', symbols.slice(at + 1)].join('');
      for (const code of [swapped, wrong, symbols.slice(1), `${symbols}0`]) {
        if (code !== symbols) expect(() => parseRecoveryCode(code)).toThrow('typing mistake');
      }
    }),
    // One in a million passes a checksum of 20 bits: none of these.
    { seed: 20_260_313 },
  );
});
