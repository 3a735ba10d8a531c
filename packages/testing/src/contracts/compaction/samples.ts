import type { CompactionQuery, CompactionStep, Scope, Storage } from '@synckeep/core';
import { newChange, now } from '../samples.js';

/** Everything is old enough, and every device counts as active. */
export const bounds = { now, keepFrom: now, activeSince: 0 };

export const compactOnce = (
  storage: Storage,
  scope: Scope,
  over: Partial<CompactionQuery> = {},
): Promise<CompactionStep> => storage.changeLog.compact(scope, { ...bounds, limit: 1000, isThorough: true, ...over });

/** Steps until there is nothing more to do now; the sums of all of them. */
export const compactAll = async (
  storage: Storage,
  scope: Scope,
  over: Partial<CompactionQuery> = {},
): Promise<CompactionStep> => {
  const sum = { removed: 0, removedBytes: 0, tombstones: 0 };
  for (let steps = 0; steps < 1000; steps++) {
    const { state, ...step } = await compactOnce(storage, scope, over);
    sum.removed += step.removed;
    sum.removedBytes += step.removedBytes;
    sum.tombstones += step.tombstones;
    if (state !== 'more') return { ...sum, state };
  }
  throw new Error('the compaction does not end');
};

export const deleted = (rowId: string) => newChange(rowId, { op: 'delete', data: null });
