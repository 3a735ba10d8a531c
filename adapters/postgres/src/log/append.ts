import type { AppendResult, NewBatch, Scope } from '@synckeep/core';
import { type Database, prepared } from '../database.js';
import { toScopeId } from '../scope-id.js';
import { toArrayText } from './array-text.js';
import { toChangeArguments } from './change-arguments.js';
import { isUnfinished, type Outcome, settle, toHeadArguments } from './push.js';

/** Positions that one look covers: a few milliseconds. The function `append` asks for a look beyond as many. */
const slice = 10_000;

/** What was found out without the lock; it holds for ever, because a log only grows at its end. */
interface Scanned {
  readonly log: number;
  readonly from: number;
  readonly upTo: number;
  readonly clashes: readonly number[];
}

const placeholders = Array.from({ length: 20 }, (_, index) => `$${index + 1}`).join(', ');

/** `ChangeLog.append`: one round trip, or some more where the base lies far behind. */
export const createAppend = (database: Database) => {
  const { schema } = database;
  const call = prepared(`SELECT ${schema}.append(${placeholders}) AS outcome`);
  const look = `SELECT ${schema}.clashes($1, $2, $3, $4, $5, $6, $7) AS indexes`;

  /** Looks at the bulk of a long range without the lock, in slices. */
  const scan = async (
    scope: Scope,
    { changes }: NewBatch,
    { log, device, from, upTo }: Extract<Outcome, { refusal: 'scan' }>,
    before: Scanned | null,
  ): Promise<Scanned> => {
    const isSame = before !== null && before.log === log && before.from === from;
    const clashes = new Set(isSame ? before.clashes : []);
    const tables = toArrayText(changes.map(({ table }) => table));
    const rows = toArrayText(changes.map(({ rowId }) => rowId));
    for (let at = isSame ? before.upTo : from; at < upTo; at += slice) {
      const range = [log, device, at, Math.min(at + slice, upTo)];
      const values = [toScopeId(scope), ...range, tables, rows];
      const [row] = await database.query<{ indexes: readonly number[] }>(look, values);
      for (const index of row?.indexes ?? []) clashes.add(index);
    }
    return { log, from, upTo, clashes: [...clashes] };
  };

  return async (scope: Scope, batch: NewBatch): Promise<AppendResult> => {
    const head = toHeadArguments(scope, batch);
    const rest = [batch.changes.length, ...toChangeArguments(batch.changes)];
    // Without a batch id nothing tells a repetition from another push.
    const run = batch.batchId === null ? database.once : database.query;
    let scanned: Scanned | null = null;
    for (;;) {
      const known = scanned && JSON.stringify(scanned);
      const [row] = await run<{ outcome: Exclude<Outcome, { refusal: 'busy' }> }>(call, [...head, known, ...rest]);
      if (!row) throw new Error('The function append answered nothing.');
      const { outcome } = row;
      if (!isUnfinished(outcome)) return settle(outcome);
      scanned = await scan(scope, batch, outcome, scanned);
    }
  };
};
