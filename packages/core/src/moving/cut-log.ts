import type { Place } from '@synckeep/protocol';
import type { MovedChange, ScopeHead } from '../ports/index.js';
import { MovingError } from './moving-error.js';

const otherLog =
  'The cursor is not of this log as it is now: it is of another user or app, or the log was reset or restored since.';

/**
 * The head of a log as it was at a place. Devices are left out: what they know may be newer.
 * @throws MovingError when that is not known
 */
export const cutHead = (head: ScopeHead, { epoch, position, tag }: Place): ScopeHead => {
  const { log, compacted, rotation } = head;
  if (epoch !== log.epoch || position > log.position || (position > 0 && tag === 0)) throw new MovingError(otherLog);
  if (position < Math.max(compacted, log.floor))
    throw new MovingError('What the log was at that cursor is not known any more: compaction has passed it.');
  if (rotation !== null)
    throw new MovingError('The key is being rotated. Complete or abort the rotation, then export again.');
  return { ...head, log: { ...log, position, tag }, devices: [] };
};

/** @throws MovingError when the log went another way since the cursor was given out */
export const checkCut = ({ position, tag }: MovedChange, { log }: ScopeHead): void => {
  if (position === log.position && tag !== log.tag) throw new MovingError(otherLog);
};
