import type { RecordCondition, Records, RecordWrite } from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { now } from './samples.js';

let postgres: RunningPostgres;
let records: Records;
beforeAll(async () => {
  postgres = await startPostgres();
  const { storage } = connect(postgres, newSchema());
  await storage.migrate();
  records = storage.records;
}, 60_000);
afterAll(() => postgres.stop());

const keys = ['', 'a', 'b', 'c'];
const values = ['x', 'y'];
const condition = fc.constantFrom<RecordCondition[]>('any', 'any', 'absent', 'present', 1, 2);
const key = fc.constantFrom(...keys);
const value = fc.constantFrom(...values);

const write = (kind: string): fc.Arbitrary<RecordWrite> =>
  fc.oneof(
    fc.record({ write: fc.constant('check' as const), kind: fc.constant(kind), key, condition }),
    fc.record({ write: fc.constant('delete' as const), kind: fc.constant(kind), key, condition }),
    fc.record({
      write: fc.constant('put' as const),
      kind: fc.constant(kind),
      key,
      condition,
      value: fc.nat(),
      expiresAt: fc.constantFrom(null, now - 1, now, now + 1, now + 2),
      unique: fc.record({ slug: value, email: value }, { requiredKeys: [] }),
      indexes: fc.record({ slug: fc.array(value), tag: fc.array(value) }, { requiredKeys: [] }),
    }),
  );

const contentOf = async (from: Records, kind: string): Promise<unknown> => ({
  records: await Promise.all(keys.map((name) => from.get(kind, name))),
  found: await Promise.all(
    ['slug', 'email', 'tag'].flatMap((index) =>
      values.map((text) => from.find(kind, index, text, { after: null, limit: 10 })),
    ),
  ),
});

it('transactions of records leave what the specification leaves, whatever is written together', async () => {
  let kinds = 0;
  const steps = fc.array(
    fc.record({ writes: fc.array(write('kind'), { maxLength: 6 }), now: fc.constantFrom(now, now + 1, now + 2) }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (transactions) => {
      const kind = `kind-${++kinds}`;
      const specification = createMemoryStorage().records;
      for (const { writes, now: at } of transactions) {
        const ours = writes.map((one) => ({ ...one, kind }));
        expect(await records.transact(ours, at)).toEqual(await specification.transact(ours, at));
        expect(await contentOf(records, kind)).toEqual(await contentOf(specification, kind));
      }
    }),
    { numRuns: 150 },
  );
});
