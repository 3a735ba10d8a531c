import type { Clock, Random, RecordCheck, Records } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { erasedKind } from '../records/small-kinds.js';
import { createPseudonyms } from './pseudonym.js';

export interface ErasureGuard {
  /** When the user was erased, in milliseconds since 1970; null: never. */
  readonly erasedAt: number | null;
  /** Holds while the user is not erased (again). */
  readonly check: RecordCheck;
}

/** For whoever stores something about a user: a transaction with `check` writes nothing behind the back of an erasing. */
export const createErasureGuards = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
}): ((userId: string) => Promise<ErasureGuard>) => {
  const pseudonyms = createPseudonyms(deps.records, deps.clock, deps.random);
  const erased = createCollection(deps.records, deps.clock, erasedKind);
  return async (userId) => {
    const key = await pseudonyms(userId);
    const found = await erased.get(key);
    return { erasedAt: found?.value.at ?? null, check: erased.check(key, found?.version ?? 'absent') };
  };
};
