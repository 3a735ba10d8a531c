import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type Operation, operations, requestSchemas, toJsonSchema } from '../src/index.js';
import { toArbitrary } from './arbitrary-input.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const rows: readonly (readonly [string, Operation])[] = Object.entries(operations);
const parts = rows.flatMap(([name, row]) =>
  (['request', 'params', 'query'] as const).flatMap((part): readonly (readonly [string, z.ZodType])[] => {
    const schema = row[part];
    return schema ? [[`${part} of ${name}`, schema] as const] : [];
  }),
);

describe('zod, which types the handlers, and the published JSON Schema, which guards them', () => {
  test.each(parts)('accept and refuse the same %s', (_, schema) => {
    const published = toJsonSchema(schema);
    const validate = ajv.compile(published);
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(toArbitrary(published), (input) => {
        const isAccepted = schema.safeParse(input).success;
        counts[isAccepted ? 'accepted' : 'refused'] += 1;
        expect(validate(input), JSON.stringify(input)?.slice(0, 500)).toBe(isAccepted);
      }),
      { numRuns: 2500, seed: 20_260_313 },
    );
    // Input of which one side is hardly there would prove nothing.
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });

  test('give every operation with a body, a parameter or a query its published schema', () => {
    for (const [name, row] of rows) {
      const { body, params, query } = requestSchemas(row);
      expect([body !== null, params !== null, query !== null], name).toEqual([
        row.request !== null,
        row.params !== null,
        row.query !== null,
      ]);
    }
  });
});
