import type { RecordPut, RecordWrite, TransactResult } from '@synckeep/core';
import { isLiving, isMet, type RecordId, type RecordState, recordId } from './record-states.js';

/** Under which no two living records of a kind may stand. */
export interface UniqueValue {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

export interface PlannedPut {
  readonly write: RecordPut;
  readonly version: number;
}

/** What a transaction comes to: each record at most once. */
export interface RecordPlan {
  readonly result: TransactResult;
  readonly puts: readonly PlannedPut[];
  readonly deletes: readonly RecordId[];
  /** Expired records that no write names, but that held a unique value. */
  readonly expired: readonly RecordId[];
}

/** Stands for a unique value in maps and locks. */
export const uniqueId = ({ kind, name, value }: UniqueValue): string => `${kind}\0${name}\0${value}`;

export const uniqueValuesOf = (write: RecordWrite): readonly UniqueValue[] =>
  write.write === 'put' ? Object.entries(write.unique).map(([name, value]) => ({ kind: write.kind, name, value })) : [];

const refuse = (failed: number, reason: 'condition' | 'unique'): RecordPlan => ({
  result: { done: false, failed, reason },
  puts: [],
  deletes: [],
  expired: [],
});

/**
 * Goes through the writes in order, as `Records.transact` says.
 * @param states of the records that the writes name, by `recordId`; changed on the way.
 * @param holders of the unique values that they name, by `uniqueId`, then by `recordId`; changed on the way.
 */
export const planWrites = (
  writes: readonly RecordWrite[],
  now: number,
  states: Map<string, RecordState>,
  holders: ReadonlyMap<string, Map<string, RecordState>>,
): RecordPlan => {
  const own = new Set(writes.filter(({ write }) => write !== 'check').map(recordId));
  const puts = new Map<string, PlannedPut>();
  const deletes = new Map<string, RecordId>();
  const expired = new Map<string, RecordId>();

  const remove = (record: RecordId): void => {
    const id = recordId(record);
    for (const held of holders.values()) held.delete(id);
    states.delete(id);
    puts.delete(id);
    (own.has(id) ? deletes : expired).set(id, record);
  };

  for (const [failed, write] of writes.entries()) {
    const { kind, key } = write;
    const id = recordId(write);
    const present = states.get(id);
    if (!isMet(present, write.condition, now)) return refuse(failed, 'condition');
    if (write.write === 'check') continue;
    const held = uniqueValuesOf(write).flatMap((value) => holders.get(uniqueId(value)) ?? []);
    const rivals = held.flatMap((records) => [...records.values()]).filter((rival) => recordId(rival) !== id);
    if (rivals.some((rival) => isLiving(rival, now))) return refuse(failed, 'unique');
    for (const rival of [...rivals, { kind, key }]) remove(rival);
    if (write.write === 'delete') continue;
    const version = present && isLiving(present, now) ? present.version + 1 : 1;
    const state = { kind, key, version, expiresAt: write.expiresAt };
    states.set(id, state);
    for (const records of held) records.set(id, state);
    puts.set(id, { write, version });
    deletes.delete(id);
  }
  return {
    result: { done: true },
    puts: [...puts.values()],
    deletes: [...deletes.values()],
    expired: [...expired.values()],
  };
};
