import type { RecordCondition, RecordGuard } from '../ports/index.js';
import type { MemoryState, RecordState } from './state.js';

export const isLiving = ({ expiresAt }: RecordState, now: number): boolean => expiresAt === null || expiresAt > now;

export const conditionHolds = (record: RecordState | undefined, condition: RecordCondition, now: number): boolean => {
  if (condition === 'any') return true;
  const living = record && isLiving(record, now) ? record : undefined;
  if (condition === 'absent') return living === undefined;
  if (condition === 'present') return living !== undefined;
  return living?.version === condition;
};

/** Whether all of them hold. */
export const guardsHold = (state: MemoryState, guards: readonly RecordGuard[], now: number): boolean =>
  guards.every(({ kind, key, condition }) => conditionHolds(state.records.get(kind)?.get(key), condition, now));
