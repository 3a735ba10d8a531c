import type { StoredChange } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../next-turn.js';
import type { Opened, OpenedStorage } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { newBatch, newChange, newQuery, register } from '../samples.js';

const writers = 8;
const batches = 12;

/** Eight writers spread over both instances and a reader that polls all the while: nothing skipped, nothing doubled, in order. */
export const checkWritersAndReader = async (opened: OpenedStorage): Promise<void> => {
  const { storage, other, scope, a, read } = await openPair(opened);
  let writing = true;

  const write = async (writer: number): Promise<void> => {
    const { changeLog } = writer % 2 === 0 ? storage : other;
    const { id } = await register(storage, scope);
    for (let batch = 0; batch < batches; batch++) {
      const changes = [newChange(`${writer}.${batch}.0`), newChange(`${writer}.${batch}.1`)];
      await changeLog.append(scope, newBatch(id, changes));
    }
  };

  const poll = async (): Promise<StoredChange[]> => {
    const seen: StoredChange[] = [];
    let { next } = await read(a);
    for (let last = false; ; ) {
      await nextTurn();
      const page = await other.changeLog.read(scope, newQuery(a, { after: next, limit: 7 }));
      seen.push(...page.changes);
      next = page.next;
      if (page.hasMore) continue;
      if (last) return seen;
      last = !writing;
    }
  };

  const reader = poll();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer))).finally(() => {
    writing = false;
  });
  const seen = await reader;

  expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: writers * batches * 2 }, (_, i) => i + 1));
  expect(new Set(seen.map(({ rowId }) => rowId)).size).toBe(writers * batches * 2);
  for (let writer = 0; writer < writers; writer++) {
    const own = seen.filter(({ rowId }) => rowId.startsWith(`${writer}.`)).map(({ rowId }) => rowId);
    const sent = Array.from({ length: batches }, (_, batch) => [`${writer}.${batch}.0`, `${writer}.${batch}.1`]).flat();
    expect(own).toEqual(sent);
  }
};

export const describeConcurrency = (opened: Opened): void => {
  describe('writers at the same time', () => {
    it('let a polling reader skip nothing and see nothing twice, in order [P-43]', () =>
      checkWritersAndReader(opened()));

    it('never have their batches mixed [P-32]', async () => {
      const { storage, other, scope, a, b, readAll } = await openPair(opened());
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => {
          const changes = Array.from({ length: 5 }, (_, row) => newChange(`${index}.${row}`));
          const instance = index % 2 === 0 ? storage : other;
          return instance.changeLog.append(scope, newBatch(index % 3 === 0 ? a : b, changes));
        }),
      );
      const { changes } = await readAll(b);
      for (const [index, { position, accepted }] of answers.entries()) {
        expect(accepted).toBe(5);
        expect(changes.slice(position - 5, position).map(({ rowId }) => rowId)).toEqual(
          Array.from({ length: 5 }, (_, row) => `${index}.${row}`),
        );
      }
    });

    it('of two logs do not see each other [P-7]', async () => {
      const one = await openPair(opened());
      const two = await openPair(opened());
      await Promise.all([
        ...Array.from({ length: 5 }, (_, index) => one.push(one.a, [`one ${index}`])),
        ...Array.from({ length: 5 }, (_, index) => two.push(two.a, [`two ${index}`])),
      ]);
      for (const [pair, word] of [[one, 'one'] as const, [two, 'two'] as const]) {
        const { changes } = await pair.readAll(pair.b);
        expect(changes.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
        expect(changes.every(({ rowId }) => rowId.startsWith(word))).toBe(true);
      }
    });
  });
};
