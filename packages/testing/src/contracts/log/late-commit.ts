import type { StoredChange } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../next-turn.js';
import type { Opened, OpenedStorage } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { newBatch, newChange, newQuery } from '../samples.js';

const polls = 20;
const patience = 500;

/**
 * A writer is stopped between choosing its positions and its commit, another one writes meanwhile (or waits behind it),
 * and a reader polls. Whatever the reader has passed, nothing may appear below it afterwards.
 */
export const checkLateCommit = async (opened: OpenedStorage): Promise<void> => {
  const { scope, a, b, push, read } = await openPair(opened);
  await push(b, ['before']);
  const seen: StoredChange[] = [];
  let { next } = await read(a);
  const poll = async (): Promise<void> => {
    const page = await opened.other.changeLog.read(scope, newQuery(a, { after: next }));
    seen.push(...page.changes);
    next = page.next;
  };
  await poll();

  const stall = opened.stall();
  const slow = opened.storage.changeLog.append(scope, newBatch(b, [newChange('slow 1'), newChange('slow 2')]));
  await stall.reached;
  const fast = opened.other.changeLog.append(scope, newBatch(b, [newChange('fast')]));

  const polling = (async () => {
    for (let turn = 0; turn < polls; turn++) {
      await poll();
      await nextTurn();
    }
  })();
  const fastOrPatience = Promise.race([fast, new Promise((resolve) => setTimeout(resolve, patience))]);
  await Promise.race([
    Promise.all([polling, fastOrPatience]),
    new Promise((resolve) => setTimeout(resolve, patience * 2)),
  ]);
  stall.release();
  await Promise.all([slow, fast, polling]);
  await poll();

  expect(rowIds({ changes: seen }).toSorted()).toEqual(['fast', 'slow 1', 'slow 2']);
  expect(seen.map(({ position }) => position)).toEqual([2, 3, 4]);
};

export const describeLateCommit = (opened: Opened): void => {
  describe('a writer that commits late', () => {
    it('never appears below a position that a reader has passed [P-43]', async () => {
      for (let round = 0; round < 3; round++) await checkLateCommit(opened());
    });

    it('is not seen in part [P-32]', async () => {
      const subject = opened();
      const { scope, a, b } = await openPair(subject);
      const stall = subject.stall();
      const slow = subject.storage.changeLog.append(scope, newBatch(b, [newChange('1'), newChange('2')]));
      await stall.reached;
      const early = subject.other.changeLog.read(scope, newQuery(a));
      await Promise.race([early, new Promise((resolve) => setTimeout(resolve, patience))]);
      stall.release();
      await slow;
      expect([0, 2]).toContain((await early).changes.length);
      expect((await subject.other.changeLog.read(scope, newQuery(a))).changes).toHaveLength(2);
    });
  });
};
