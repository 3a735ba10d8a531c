import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredChange } from '../src/index.js';
import type { App } from '../src/records/app.js';
import { toChangeAnswer, toChangeLine } from '../src/wire.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\u0000\u001f\u007f', '\ud800', 'ö\u2028', 'a+/='),
);
const stored: fc.Arbitrary<StoredChange> = fc.record({
  table: fc.stringMatching(/^\w{1,20}$/),
  op: fc.constantFrom('insert', 'update', 'delete'),
  rowId: text,
  timestamp: fc.constant('2026-03-13T10:05:00.123Z'),
  data: fc.option(text),
  blobs: fc.option(fc.array(fc.stringMatching(/^[0-9a-f]{64}$/), { maxLength: 2 })),
  position: fc.nat(),
  deviceId: fc.uuid(),
  keyVersion: fc.option(fc.nat()),
});

test.each(['rust-client', null] as const)('a line is the JSON of the change, in the dialect %s [P-49]', (dialect) => {
  const app = { dialect } as App;
  fc.assert(
    fc.property(stored, fc.boolean(), (change, isRich) => {
      expect(JSON.parse(toChangeLine(app, change, isRich))).toEqual(toChangeAnswer(app, change, isRich));
      expect(toChangeLine(app, change, isRich)).toBe(`${JSON.stringify(toChangeAnswer(app, change, isRich))}\n`);
    }),
    { numRuns: 500 },
  );
});
