import { describe, expect, it } from 'vitest';
import { openGivenSecrets, parseSecrets } from '../src/given-secrets.js';
import { Refusal } from '../src/refusal.js';

const first = '5d41402abc4b2a76b9719d911017c592';
const second = 'gkkwNZVLdJ3rhbYmuBa2cqcCg3ExSUCKkV8WfSQpfTE=';

describe('SYNCKEEP_SECRET', () => {
  it('holds secrets separated by commas, of which the first signs', () => {
    const secrets = parseSecrets(` ${first}, ${second}`) ?? [];
    expect(secrets.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([first, second]);
    expect(openGivenSecrets(secrets).secrets.list()[0]).toBe(secrets[0]);
  });

  it('gives a secret the same id on every node, whatever else is there', () => {
    const ids = (text: string) => parseSecrets(text)?.map(({ id }) => id);
    const [a, b] = ids(`${first},${second}`) ?? [];
    expect(a).toMatch(/^[0-9a-f]{12}$/);
    expect(a).not.toBe(b);
    expect(ids(`${second},${first}`)).toEqual([b, a]);
    expect(ids(`${first},${first}`)).toEqual([a]);
  });

  it.each([
    '',
    first.slice(1),
    `${first},`,
    `${first},short`,
    'a'.repeat(64),
    'changeme'.repeat(8),
    `${first.slice(0, 20)} ${first.slice(0, 20)}`,
  ])('refuses %j, which can be guessed or is none', (text) => expect(parseSecrets(text)).toBeUndefined());

  it('cannot be rotated by the program', async () => {
    const rotation = openGivenSecrets(parseSecrets(first) ?? []).rotate({ dropOld: false });
    await expect(rotation).rejects.toThrow(Refusal);
    await expect(rotation).rejects.toThrow('SYNCKEEP_SECRET');
  });
});
