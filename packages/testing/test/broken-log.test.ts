import { type ChangeLog, isPresentedPlace } from '@synckeep/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkWritersAndReader } from '../src/contracts/log/concurrency.js';
import { checkTenAtOnce } from '../src/contracts/log/idempotency.js';
import { checkLateCommit } from '../src/contracts/log/late-commit.js';
import { checkHistory } from '../src/model/model.js';
import { histories } from '../src/model/step.js';
import { openBroken, openSequenceLog } from './broken-log.js';

const faults: Record<string, (log: ChangeLog) => Partial<ChangeLog>> = {
  'forgets batch ids': (log) => ({ append: (scope, batch) => log.append(scope, { ...batch, batchId: null }) }),
  'ignores base': (log) => ({
    append: (scope, batch) => log.append(scope, { ...batch, base: batch.base === 'missing' ? 'missing' : null }),
  }),
  'ignores the quota': (log) => ({ append: (scope, batch) => log.append(scope, { ...batch, bytesLimit: null }) }),
  'loses the key version': (log) => ({ append: (scope, batch) => log.append(scope, { ...batch, keyVersion: null }) }),
  'never includes own changes by request': (log) => ({
    read: (scope, query) => log.read(scope, { ...query, includeOwn: false }),
  }),
  'reads one change too few': (log) => ({
    read: async (scope, query) => {
      const page = await log.read(scope, query);
      return { ...page, changes: page.changes.slice(0, query.limit === 1 ? 1 : -1) };
    },
  }),
  'moves the cursor one position too far': (log) => ({
    read: async (scope, query) => {
      const page = await log.read(scope, query);
      const { head } = await log.status(scope, 0);
      const position = Math.min(page.next.position + 1, head.position);
      return { ...page, next: { ...page.next, position, tag: 0 } };
    },
  }),
  'never has more': (log) => ({
    read: async (scope, query) => ({ ...(await log.read(scope, query)), hasMore: false }),
  }),
  'leads with the presented place': (log) => ({
    read: async (scope, query) => {
      const page = await log.read(scope, query);
      if (!isPresentedPlace(query.after))
        await log.read(scope, { ...query, after: { ...page.next, own: page.next.own } });
      return page;
    },
  }),
  'does not check the tag of a cursor': (log) => ({
    read: (scope, query) =>
      log.read(scope, {
        ...query,
        after:
          typeof query.after === 'object' && query.after && !isPresentedPlace(query.after)
            ? { ...query.after, tag: 0 }
            : query.after,
      }),
  }),
  'keeps the epoch when it should be renewed': () => ({ renewEpoch: async () => {} }),
  'calls a reset a restored server': (log) => ({
    reset: async (scope, epoch, now) => {
      const { head } = await log.status(scope, 0);
      await log.renewEpoch(scope, `${head.epoch.slice(0, 15)}${head.epoch.endsWith('0') ? '1' : '0'}`);
      return log.reset(scope, epoch, now);
    },
  }),
};

const compare = (breakLog: (log: ChangeLog) => Partial<ChangeLog>, numRuns: number) => {
  const opened = openBroken(breakLog);
  const property = fc.asyncProperty(histories, async (history) => {
    await checkHistory(() => opened, history);
  });
  return fc.check(property, { numRuns, seed: 1, endOnFailure: true });
};

describe('the model of the log', () => {
  it('has nothing against a storage that is whole', async () => {
    expect((await compare(() => ({}), 300)).failed).toBe(false);
  });

  it.each(Object.entries(faults))('finds a storage that %s', async (_, breakLog) => {
    const { failed, errorInstance } = await compare(breakLog, 400);
    expect(failed).toBe(true);
    expect(String(errorInstance)).toContain('The model cannot explain');
  });
});

describe('the contract of the log', () => {
  it('has nothing against a log that is whole', async () => {
    for (const check of [checkLateCommit, checkTenAtOnce, checkWritersAndReader]) await check(openBroken(() => ({})));
  });

  it('finds positions that are handed out in another order than the commits', async () => {
    await expect(checkLateCommit(openSequenceLog())).rejects.toThrow();
  });

  it('finds a log without idempotency', async () => {
    const forget = faults['forgets batch ids'];
    if (forget === undefined) throw new Error('no such fault');
    await expect(checkTenAtOnce(openBroken(forget))).rejects.toThrow();
  });

  it.each(['reads one change too few', 'moves the cursor one position too far'])(
    'finds among many writers a reader that %s',
    async (name) => {
      const breakLog = faults[name];
      if (breakLog === undefined) throw new Error('no such fault');
      await expect(checkWritersAndReader(openBroken(breakLog))).rejects.toThrow();
    },
  );
});
