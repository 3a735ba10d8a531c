import type { Scope, Storage } from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';
import { isSyncError } from '@synckeep/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { createScope, now } from './samples.js';

let postgres: RunningPostgres;
let storage: Storage;
beforeAll(async () => {
  postgres = await startPostgres();
  ({ storage } = connect(postgres, newSchema()));
  await storage.migrate();
}, 60_000);
afterAll(() => postgres.stop());

const epoch = '00c0ffee00c0ffee';
const deviceId = crypto.randomUUID();
const text = fc.constantFrom('', 'ä', 'some text');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant('rotate' as const),
      entries: fc.array(fc.record({ position: fc.integer({ min: 1, max: 4 }), data: fc.option(text) }), {
        maxLength: 8,
      }),
      bytesLimit: fc.constantFrom(null, null, null, 20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('push' as const), data: fc.array(fc.option(text), { maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('put' as const), envelope: fc.constantFrom('e', 'f') }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('begin' as const), envelope: fc.constantFrom('g', 'h') }) },
  { weight: 3, arbitrary: fc.constant({ step: 'complete' as const }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('abort' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ step: 'forget' as const }) },
);
const prelude = fc.tuple(
  fc.constant({ step: 'put' as const, envelope: 'e' }),
  fc.record({ step: fc.constant('push' as const), data: fc.array(text, { minLength: 3, maxLength: 4 }) }),
  fc.constant({ step: 'begin' as const, envelope: 'g' }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const take = async ({ changeLog, keyStore }: Storage, scope: Scope, asked: Step): Promise<unknown> => {
  switch (asked.step) {
    case 'push': {
      const changes = asked.data.map((data) => ({
        table: 't',
        op: 'insert' as const,
        rowId: 'r',
        timestamp: 't',
        data,
        blobs: null,
      }));
      const batch = { deviceId, batchId: null, changes, keyVersion: null, base: null, tag: 7, now, bytesLimit: null };
      return changeLog.append(scope, batch);
    }
    case 'put': {
      const condition = { absent: false, etags: null, keyVersion: null };
      return keyStore.put(scope, { ...asked, etag: asked.envelope, condition, freshEpoch: epoch, guards: [], now });
    }
    case 'begin':
      return keyStore.beginRotation(scope, { ...asked, etag: asked.envelope, keyVersion: null, now });
    case 'rotate':
      return keyStore.rotate(scope, { ...asked, keyVersion: null, now });
    case 'complete':
      return keyStore.completeRotation(scope, now);
    case 'abort':
      // In how many steps is a storage's own matter, as is how many rows it forgets.
      for (;;) {
        const outcome = await keyStore.abortRotation(scope, asked.limit, now);
        if (outcome.done) return outcome;
      }
    case 'forget':
      await keyStore.forgetHistory(0, 2);
      return null;
  }
};

/** What a call comes to: its answer, or the refusal. */
const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => {
    if (!isSyncError(error)) throw error;
    return { code: error.code, details: error.details };
  });

const entriesOf = async ({ keyStore }: Storage, scope: Scope): Promise<unknown> => {
  const entries: unknown[] = [];
  let after: Parameters<typeof keyStore.rotationEntries>[1]['after'] = null;
  for (;;) {
    const page = await keyStore.rotationEntries(scope, { after, limit: 2, maxBytes: 12, maxScan: 5 });
    entries.push(...page.entries);
    after = page.next;
    if (!page.hasMore) return entries;
  }
};

const contentOf = async (from: Storage, scope: Scope): Promise<unknown> => {
  const query = {
    deviceId,
    after: null,
    includeOwn: true,
    limit: 500,
    maxBytes: 1 << 20,
    maxScan: 500,
    isPresented: true,
    now,
  };
  return {
    changes: (await from.changeLog.read(scope, query)).changes,
    status: await from.changeLog.status(scope, now),
    signals: await from.changeLog.signals([scope]),
    keys: await from.keyStore.get(scope),
    history: await from.keyStore.history(scope),
    entries: await outcomeOf(entriesOf(from, scope)),
  };
};

it('a rotation goes as the specification says, whatever comes in between', async () => {
  await fc.assert(
    fc.asyncProperty(prelude, fc.array(step, { minLength: 6, maxLength: 12, size: 'max' }), async (first, steps) => {
      const scope = createScope();
      const both = [createMemoryStorage(), storage] as const;
      const device = { id: deviceId, name: 'n', platform: 'linux', installationId: null, session: null } as const;
      for (const { deviceStore } of both) {
        await deviceStore.register(scope, { ...device, now, freshEpoch: epoch, guards: [] });
      }
      for (const asked of [...first, ...steps]) {
        const [expected, actual] = await Promise.all(both.map((one) => outcomeOf(take(one, scope, asked))));
        expect(actual).toEqual(expected);
        const [content, found] = await Promise.all(both.map((one) => contentOf(one, scope)));
        expect(found).toEqual(content);
      }
    }),
    { numRuns: 60 },
  );
});
