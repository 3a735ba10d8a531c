import type { RecordCondition, RecordGuard } from '@synckeep/core';
import type { Query } from './database.js';
import { lockRecords } from './record-locks.js';

/** What conditions ask of a record that is stored. */
export interface RecordState {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly expiresAt: number | null;
}

export type RecordId = Pick<RecordState, 'kind' | 'key'>;

/** Stands for a record in maps and locks: no text holds U+0000. */
export const recordId = ({ kind, key }: RecordId): string => `${kind}\0${key}`;

export const isLiving = (state: RecordState | undefined, now: number): boolean =>
  state !== undefined && (state.expiresAt === null || state.expiresAt > now);

export const isMet = (state: RecordState | undefined, condition: RecordCondition, now: number): boolean => {
  if (condition === 'any') return true;
  if (condition === 'absent') return !isLiving(state, now);
  return isLiving(state, now) && (condition === 'present' || state?.version === condition);
};

/** Finds the states of records, by `recordId`. */
export const createFindStates = (schema: string) => {
  const statement = `SELECT r.kind, r.key, r.version, r.expires_at AS "expiresAt"
    FROM unnest($1::text[], $2::text[]) AS asked (kind, key)
    JOIN ${schema}.record r ON r.kind = asked.kind AND r.key = asked.key`;
  return async (query: Query, ids: readonly RecordId[]): Promise<Map<string, RecordState>> => {
    if (ids.length === 0) return new Map();
    const values = [ids.map(({ kind }) => kind), ids.map(({ key }) => key)];
    const found = await query<RecordState>(statement, values);
    return new Map(found.map((state) => [recordId(state), state]));
  };
};

/** Tells whether guards hold, and keeps it so until the transaction ends. To be called before anything is locked. */
export const createGuards = (schema: string) => {
  const find = createFindStates(schema);
  return async (query: Query, guards: readonly RecordGuard[], now: number): Promise<boolean> => {
    await lockRecords(
      query,
      guards.map((guard) => ({ id: recordId(guard), isExclusive: false })),
    );
    // A statement of its own: it sees what was committed before the locks came.
    const states = await find(query, guards);
    return guards.every((guard) => isMet(states.get(recordId(guard)), guard.condition, now));
  };
};
