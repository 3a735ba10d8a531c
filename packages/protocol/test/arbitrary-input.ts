import fc from 'fast-check';

export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53, '', [], {}, [null], '\ud800', '\u0000', '__proto__'),
);

/** Texts that patterns of the contract are about, near misses among them. */
const samples = [
  'a'.repeat(64),
  'A'.repeat(64),
  'g'.repeat(64),
  'a'.repeat(63),
  'tasks',
  'notes-pro',
  'Notes',
  'never',
  '7',
  '500',
  '007',
  'a'.repeat(100),
  'a'.repeat(101),
  'insert',
  'DELETE',
  'UpDaTe',
  'ınsert',
  'insert\n',
  ' Laptop ',
  '   ',
  '\u2028',
  `\t${'x'.repeat(255)}\n`,
  `${' '.repeat(400)}x${' '.repeat(400)}`,
  'x'.repeat(256),
  '😀'.repeat(255),
  '😀'.repeat(256),
  '\ufeffx\u00a0',
  '2026-03-13T10:05:00Z',
  '2026-03-13t10:05:60.123456789+23:59',
  '2026-03-13T10:05:00+24:00',
  '2026-13-13T10:05:00Z',
  '2026-03-13T24:00:00Z',
  '2026-03-13 10:05:00Z',
  '2026-03-13T10:05:00',
  '2026-03-13T10:05:00Z\n',
  '٢٠٢٦-03-13T10:05:00Z',
  `2026-03-13T10:05:00.${'1'.repeat(43)}Z`,
  `2026-03-13T10:05:00.${'1'.repeat(44)}Z`,
  '1.2.0',
  '1.2.0-beta.1+build.007',
  '1.2.0-0a.-.x',
  '01.2.0',
  '1.2.0-01',
  '1.2',
  'v1.2.0',
  `1.2.${'9'.repeat(15)}`,
  `1.2.${'9'.repeat(16)}`,
  '1.2.0/../../x',
  'notes',
  'apps',
  'no',
  'Notes',
  'a'.repeat(41),
  'beta',
  'latest',
  'latest.yml',
  'latest-linux-arm64.yml',
  '../latest.yml',
  'Notes-1.2.0-arm64.zip',
  '.hidden',
  'https://notes.example.org',
  'https://Notes.example.org/',
  'tauri://localhost',
  'http://[::1]:8787',
  'com.example.notes:/callback',
];

const isFitting = (text: string, { minLength = 0, maxLength = 300, pattern = '' }: SchemaNode): boolean =>
  [...text].length >= minLength && [...text].length <= maxLength && new RegExp(pattern, 'u').test(text);

const texts = (node: SchemaNode): fc.Arbitrary<string> => {
  const { minLength = 0, maxLength = 300 } = node;
  const lengths = fc.constantFrom(minLength - 1, minLength, minLength + 1, maxLength - 1, maxLength, maxLength + 1);
  const ofLength = fc
    .tuple(lengths, fc.constantFrom('x', 'ä', '😀', '\ud800', ' ', '0'))
    .map(([length, unit]) => unit.repeat(Math.max(0, length)));
  const good = samples.filter((text) => isFitting(text, node));
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...samples) },
    { weight: 1, arbitrary: ofLength },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 70 }) },
  );
};

const numbers = ({ minimum = 0, maximum = 100 }: SchemaNode): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(minimum, minimum + 1, maximum - 1, maximum) },
    { weight: 1, arbitrary: fc.constantFrom(minimum - 1, maximum + 1, minimum + 0.5, -0, 1e308, '1') },
  );

const lists = (node: SchemaNode): fc.Arbitrary<unknown> => {
  const item = toArbitrary(node.items ?? {});
  const short = fc.array(item, { maxLength: 3 });
  const { maxItems } = node;
  if (maxItems === undefined) return short;
  const long = fc.tuple(item, fc.constantFrom(maxItems, maxItems + 1)).map(([one, length]) => Array(length).fill(one));
  return fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: long });
};

/** Input that a schema often just accepts and often just refuses. */
export const toArbitrary = (node: SchemaNode): fc.Arbitrary<unknown> => {
  const fitting = (): fc.Arbitrary<unknown> => {
    if ('const' in node) return fc.constant(node.const);
    if (node.enum) return fc.constantFrom(...node.enum, ...node.enum, 'MacOS');
    if (node.anyOf) return fc.oneof(...node.anyOf.map(toArbitrary));
    if (node.type === 'string') return texts(node);
    if (node.type === 'integer' || node.type === 'number') return numbers(node);
    if (node.type === 'boolean') return fc.boolean();
    if (node.type === 'null') return fc.constant(null);
    if (node.type === 'array') return lists(node);
    if (node.properties) {
      const fields = Object.fromEntries(
        Object.entries(node.properties).map(([name, each]) => [name, toArbitrary(each)]),
      );
      const required = fc.record(fields);
      const partial = fc.record({ ...fields, unknown: anything }, { requiredKeys: [] });
      return fc.oneof({ weight: 5, arbitrary: required }, { weight: 1, arbitrary: partial });
    }
    return anything;
  };
  return fc.oneof({ weight: 25, arbitrary: fitting() }, { weight: 1, arbitrary: anything });
};
