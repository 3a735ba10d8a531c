import type { Choice } from './choice.js';

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isList(value);

const nested = (levels: number): unknown => {
  let value: unknown = 0;
  for (let n = 0; n < levels; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
};

const texts = [
  '',
  ' ',
  'x'.repeat(1000),
  'é'.repeat(200),
  '😀'.repeat(64),
  '\ud800',
  'a\udfffb',
  '\u0000',
  'a\u0000',
  '\u202e',
  '__proto__',
  'constructor',
  '../..',
  "'; DROP TABLE change; --",
  '0',
  '1',
  '-1',
  '9007199254740993',
  'null',
  '2026-03-13T10:05:00Z',
  'ab'.repeat(32),
  'INSERT',
];

const numbers = [0, -0, 1, -1, 0.5, 500, 501, 1e10, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 1e308];

/** Any JSON value, seldom a sensible one. */
const anyValue = (choice: Choice): unknown =>
  choice.run<unknown>([
    () => choice.of(texts),
    () => choice.of(texts),
    () => choice.of(numbers),
    () => choice.of([true, false]),
    () => null,
    () => [],
    () => ({}),
    () => Array(choice.of([1, 501, 2000])).fill(choice.of([null, 0, {}])),
    () => nested(choice.of([3, 100, 2000])),
    () => JSON.parse(`{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}`),
  ]);

/** The same value with one thing changed, somewhere in it. The start is mostly valid, so the result often nearly is. */
export const mutateJson = (choice: Choice, value: unknown): unknown => {
  const isDeeper = choice.below(4) > 0;
  if (isList(value) && value.length > 0) {
    const at = choice.below(value.length);
    return choice.run<unknown>([
      () => value.map((item, n) => (n === at ? mutateJson(choice, item) : item)),
      () => value.filter((_, n) => n !== at),
      () => [...value, ...value],
      () => [...value, anyValue(choice)],
    ]);
  }
  if (isObject(value) && isDeeper && Object.keys(value).length > 0) {
    const field = choice.of(Object.keys(value));
    return choice.run<unknown>([
      () => ({ ...value, [field]: mutateJson(choice, value[field]) }),
      () => ({ ...value, [field]: anyValue(choice) }),
      () => ({ ...value, [field]: anyValue(choice) }),
      () => Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)),
      () => ({
        ...value,
        [choice.of([
          'cursor',
          'limit',
          'base',
          'key_version',
          'batch_id',
          'installation_id',
          'key',
          'password',
          'rich',
          'checksum_header',
          'upload',
          'unknown',
          'toString',
          '',
        ])]: anyValue(choice),
      }),
      () => JSON.parse(`{"__proto__":${JSON.stringify(value)},${JSON.stringify(value).slice(1)}`),
    ]);
  }
  return anyValue(choice);
};
