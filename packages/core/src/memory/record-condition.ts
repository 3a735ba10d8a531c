import type { RecordCondition } from '../ports/index.js';
import type { RecordState } from './state.js';

export const isLiving = ({ expiresAt }: RecordState, now: number): boolean => expiresAt === null || expiresAt > now;

export const conditionHolds = (record: RecordState | undefined, condition: RecordCondition, now: number): boolean => {
  if (condition === 'any') return true;
  const living = record && isLiving(record, now) ? record : undefined;
  if (condition === 'absent') return living === undefined;
  if (condition === 'present') return living !== undefined;
  return living?.version === condition;
};
