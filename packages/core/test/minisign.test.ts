import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePublicKey, verifyMinisign } from '../src/releases/minisign.js';

/** Published with minisign's own verifiers: signatures over the text "test", by a hash and in the old format. */
const publicKey = 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3';
const hashed = `untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1556193335\tfile:test
y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==`;
const old = `untrusted comment: signature from minisign secret key
RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73YiIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=
trusted comment: timestamp:1555779966\tfile:test
QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==`;

const blake2b = (text: string): string => createHash('blake2b512').update(text).digest('hex');

describe('a signature that minisign made', () => {
  it('is verified, also as Tauri wraps it [P-148]', () => {
    for (const text of [hashed, `${hashed}\n`, hashed.replaceAll('\n', '\r\n'), btoa(hashed)])
      expect(() => verifyMinisign(text, blake2b('test'), parsePublicKey(publicKey))).not.toThrow();
  });

  it('is refused over other bytes, with one bit changed anywhere, and with something after it [P-148]', () => {
    const verify =
      (text: string, signed = 'test') =>
      () =>
        verifyMinisign(text, blake2b(signed), publicKey);
    expect(verify(hashed, 'Test')).toThrow('it is not of these bytes');
    expect(verify(old)).toThrow('old format');
    const lines = hashed.split('\n');
    for (const at of [1, 3]) {
      const bytes = Buffer.from(lines[at] ?? '', 'base64');
      for (let byte = 0; byte < bytes.length; byte++) {
        const changed = Buffer.from(bytes);
        changed[byte] = (changed[byte] ?? 0) ^ 1;
        expect(verify(lines.with(at, changed.toString('base64')).join('\n')), `line ${at}, byte ${byte}`).toThrow();
      }
    }
    expect(verify(hashed.replace('1556193335', '1556193336'))).toThrow('its trusted comment was changed');
    expect(verify(`${hashed}\nmore`)).toThrow('no signature');
    expect(verify('')).toThrow('no signature');
  });
});
