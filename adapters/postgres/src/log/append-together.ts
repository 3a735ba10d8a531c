import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendResult, ChangeLog, NewBatch, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { type Database, prepared, type Value } from '../database.js';
import { isLost } from '../trouble.js';
import { toArrayText } from './array-text.js';
import { toChangeArguments } from './change-arguments.js';
import { isUnfinished, type Outcome, settle, toHeadArguments, type Unfinished } from './push.js';

interface Push {
  readonly scope: Scope;
  readonly batch: NewBatch;
  readonly resolve: (result: AppendResult | Promise<AppendResult>) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds for which a call that is under way holds up the next one. */
const patience = 4;

/** Calls under way at once, but for those that something has held up for as many milliseconds. */
const mostCalls = 4;
const longestCall = 1_000;

/** What one call carries. A push of more changes goes alone. */
const most = { pushes: 64, changes: 256, changesOfOne: 32, bytesOfOne: 64 * 1024 };

const isSmall = ({ changes }: NewBatch): boolean => {
  if (changes.length > most.changesOfOne) return false;
  let length = 0;
  for (const { data } of changes) length += data?.length ?? 0;
  return length <= most.bytesOfOne;
};

const toNumbers = (items: readonly number[]): string => `{${items.join(',')}}`;

const texts: ReadonlySet<number> = new Set([3, 4, 11]);

/** A column for each argument, as the function reads it: an array of what the pushes have there. */
const toColumns = (heads: readonly ReturnType<typeof toHeadArguments>[]): Value[] =>
  Array.from({ length: 12 }, (_, index) => {
    const column = heads.map((head) => head[index] ?? null);
    return texts.has(index)
      ? toArrayText(column.map((item) => item?.toString() ?? null))
      : `{${column.map((item) => item ?? 'NULL').join(',')}}`;
  });

const once = (work: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
};

const placeholders = Array.from({ length: 21 }, (_, index) => `$${index + 1}`).join(', ');

/**
 * `ChangeLog.append` for small pushes: those that arrive while a call is under way share the next one, its round trip and its
 * commit. A push with no call under way goes at once, one whose log is locked goes by itself, and so does each of a call that failed.
 */
export const createAppendTogether = (database: Database, alone: ChangeLog['append']): ChangeLog['append'] => {
  const call = prepared(`SELECT ${database.schema}.append_together(${placeholders}) AS outcomes`);
  const waiting: Push[] = [];
  let isHeldUp = false;
  let calls = 0;

  const goAlone = ({ scope, batch, resolve }: Push): void => resolve(alone(scope, batch));

  const takeGroup = (): Push[] => {
    let changes = 0;
    const end = waiting.findIndex(({ batch }, index) => {
      changes += batch.changes.length;
      return index === most.pushes || changes > most.changes;
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  };

  const append = async (group: readonly Push[]): Promise<readonly Outcome[]> => {
    const changes = group.flatMap(({ batch }) => batch.changes);
    const heads = group.map(({ scope, batch }) => toHeadArguments(scope, batch));
    const counts = group.map(({ batch }) => batch.changes.length);
    let next = 1;
    const firsts = counts.map((count) => {
      next += count;
      return next - count;
    });
    const owners = group.flatMap(({ batch }, index) => batch.changes.map(() => index + 1));
    const values = [...toColumns(heads), ...[counts, firsts, owners].map(toNumbers), ...toChangeArguments(changes)];
    const [row] = await database.once<{ outcomes: readonly Outcome[] }>(call, values);
    return row?.outcomes ?? [];
  };

  const settled = async (outcome: Exclude<Outcome, Unfinished>): Promise<AppendResult> => settle(outcome);

  /** Never rejects. What it answers tells each push of the group what became of it. */
  const send = async (group: readonly Push[]): Promise<() => void> => {
    const [first] = group;
    if (first && group.length === 1) {
      return alone(first.scope, first.batch).then(
        (result) => () => first.resolve(result),
        (error: unknown) => () => first.reject(error),
      );
    }
    try {
      const outcomes = await append(group);
      return () =>
        group.forEach((push, index) => {
          const outcome = outcomes[index];
          if (outcome === undefined || isUnfinished(outcome)) goAlone(push);
          else push.resolve(settled(outcome));
        });
    } catch (error) {
      // It may be the fault of one of them. Only a batch id tells a repetition of what may have happened from another push.
      const isUncertain = error instanceof SyncError && isLost(error.cause);
      return () => {
        for (const push of group) {
          if (isUncertain && push.batch.batchId === null) push.reject(error);
          else goAlone(push);
        }
      };
    }
  };

  const run = async (): Promise<void> => {
    if (isHeldUp || calls >= mostCalls || waiting.length === 0) return;
    isHeldUp = true;
    calls++;
    const letNextGo = once(() => {
      isHeldUp = false;
      void run();
    });
    const leaveOut = once(() => {
      calls--;
      void run();
    });
    const timers = [setTimeout(letNextGo, patience), setTimeout(leaveOut, longestCall)];
    const tell = await send(takeGroup());
    for (const timer of timers) clearTimeout(timer);
    leaveOut();
    letNextGo();
    // The next call is written first, and under way while these are answered.
    if (isHeldUp) await nextTurn();
    tell();
  };

  return (scope, batch) =>
    new Promise((resolve, reject) => {
      const push = { scope, batch, resolve, reject };
      if (!isSmall(batch)) return goAlone(push);
      waiting.push(push);
      // Whatever else arrives in this turn of the event loop goes along. With calls under way, the end of one brings the next.
      if (!isHeldUp && waiting.length === 1) setImmediate(run);
    });
};
