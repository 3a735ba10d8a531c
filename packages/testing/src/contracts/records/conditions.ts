import type { RecordCondition } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { check, createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

const conditions: readonly RecordCondition[] = ['any', 'absent', 'present', 1, 2];

export const describeConditions = (opened: Opened): void => {
  describe('conditions of records', () => {
    it.each([
      ['no record', null, { any: true, absent: true, present: false, 1: false, 2: false }],
      ['a living one', now + 1, { any: true, absent: false, present: true, 1: true, 2: false }],
      ['one that never expires', 'never', { any: true, absent: false, present: true, 1: true, 2: false }],
      ['an expired one', now - 1, { any: true, absent: true, present: false, 1: false, 2: false }],
      ['one that expires at this moment', now, { any: true, absent: true, present: false, 1: false, 2: false }],
    ] as const)('hold or fail for %s', async (_, state, expected) => {
      const { storage } = opened();
      for (const condition of conditions) {
        for (const write of ['put', 'delete', 'check'] as const) {
          const kind = createKind();
          if (state !== null) {
            const expiresAt = state === 'never' ? null : state;
            await storage.records.transact([put(kind, 'a', { expiresAt })], now - 10);
          }
          const guard = { kind, key: 'a', condition };
          const written =
            write === 'put'
              ? put(kind, 'a', { condition })
              : write === 'check'
                ? check(kind, 'a', condition)
                : remove(kind, 'a', guard);
          const answer = await storage.records.transact([written], now);
          expect(answer, `${write} on condition ${condition}`).toEqual(
            expected[condition as keyof typeof expected]
              ? { done: true }
              : { done: false, failed: 0, reason: 'condition' },
          );
        }
      }
    });

    it('are checked in order, each against what the writes before it left', async () => {
      const { storage } = opened();
      const kind = createKind();
      const writes = [
        put(kind, 'a', { condition: 'absent' }),
        check(kind, 'a', 1),
        put(kind, 'a', { condition: 1 }),
        check(kind, 'a', 2),
        remove(kind, 'a', { condition: 2 }),
        check(kind, 'a', 'absent'),
        put(kind, 'b', { condition: 'absent' }),
      ];
      expect(await storage.records.transact(writes, now)).toEqual({ done: true });
      expect(await storage.records.get(kind, 'a')).toBeNull();
      const failing = [check(kind, 'b', 'present'), put(kind, 'c'), check(kind, 'c', 'absent'), check(kind, 'b', 9)];
      expect(await storage.records.transact(failing, now)).toEqual({ done: false, failed: 2, reason: 'condition' });
    });

    it('of a check write nothing', async () => {
      const { storage } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a')], now);
      await storage.records.transact([check(kind, 'a', 'present'), check(kind, 'b', 'absent')], now);
      expect(await storage.records.get(kind, 'a')).toMatchObject({ version: 1 });
      expect(await storage.records.get(kind, 'b')).toBeNull();
    });

    it('let one of many writers through at the same time', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      for (const condition of ['absent', 1] as const) {
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            (index % 2 === 0 ? storage : other).records.transact([put(kind, 'a', { condition, value: index })], now),
          ),
        );
        const winner = answers.findIndex(({ done }) => done);
        expect(answers.filter(({ done }) => done)).toHaveLength(1);
        expect(await storage.records.get(kind, 'a')).toMatchObject({ value: winner });
      }
    });

    it('hold at the moment of the write, so that counters by version lose nothing', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'counter', { value: 0 })], now);
      const add = async ({ records }: typeof storage): Promise<void> => {
        for (let attempt = 0; attempt < 1000; attempt++) {
          const found = await records.get(kind, 'counter');
          if (found === null || typeof found.value !== 'number') throw new Error('the counter is gone');
          const write = put(kind, 'counter', { value: found.value + 1, condition: found.version });
          if ((await records.transact([write], now)).done) return;
        }
        throw new Error('the counter never let go');
      };
      await Promise.all(Array.from({ length: 10 }, (_, index) => add(index % 2 === 0 ? storage : other)));
      expect(await storage.records.get(kind, 'counter')).toMatchObject({ value: 10, version: 11 });
    });
  });
};
