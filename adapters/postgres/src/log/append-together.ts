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

/** Calls under way at once: one that is being written, one that is on its way. */
const mostCalls = 2;

/** Milliseconds after which a call that is held up no longer counts. */
const patience = 1_000;

/** Milliseconds that a call waits, while another one is under way, for those who were just answered. */
const longestHold = 5;

/** Turns of the event loop that may bring nobody of them. */
const mostQuietTurns = 3;

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

const placeholders = Array.from({ length: 21 }, (_, index) => `$${index + 1}`).join(', ');

/**
 * `ChangeLog.append` for small pushes that arrive while others are on their way: they share a round trip and a commit.
 * None waits long for the sake of another: a lone push goes at once, one whose log is locked goes by itself, and so does each
 * of a call that failed.
 */
export const createAppendTogether = (database: Database, alone: ChangeLog['append']): ChangeLog['append'] => {
  const call = prepared(`SELECT ${database.schema}.append_together(${placeholders}) AS outcomes`);
  const waiting: Push[] = [];
  let calls = 0;
  /** Pushes of the call that ended last which no push has followed yet: whoever was answered often comes back at once. */
  let awaited = 0;
  let isGathering = false;
  let hold: NodeJS.Timeout | undefined;

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

  const finish = (push: Push, outcome: Outcome | undefined): void => {
    if (outcome === undefined || isUnfinished(outcome)) goAlone(push);
    else push.resolve(settled(outcome));
  };

  const send = async (group: readonly Push[]): Promise<void> => {
    const [first] = group;
    if (first && group.length === 1) {
      await alone(first.scope, first.batch).then(first.resolve, first.reject);
      return;
    }
    try {
      const outcomes = await append(group);
      group.forEach((push, index) => {
        finish(push, outcomes[index]);
      });
    } catch (error) {
      // It may be the fault of one of them. Only a batch id tells a repetition of what may have happened from another push.
      const isUncertain = error instanceof SyncError && isLost(error.cause);
      for (const push of group) {
        if (isUncertain && push.batch.batchId === null) push.reject(error);
        else goAlone(push);
      }
    }
  };

  const isHeld = (): boolean => calls >= mostCalls || (calls > 0 && awaited > 0);

  const run = (): void => {
    while (waiting.length > 0 && !isHeld()) {
      calls++;
      const group = takeGroup();
      let isCounted = true;
      const goOn = (): void => {
        if (!isCounted) return;
        isCounted = false;
        clearTimeout(timer);
        calls--;
        run();
      };
      const timer = setTimeout(goOn, patience);
      void send(group).finally(() => {
        awaited = group.length;
        goOn();
      });
    }
    clearTimeout(hold);
    hold = undefined;
    if (waiting.length > 0) keepHeld();
  };

  /** Those that wait: for a call to end, or no longer than this for others. */
  const keepHeld = (): void => {
    if (calls >= mostCalls) return;
    hold ??= setTimeout(() => {
      awaited = 0;
      run();
    }, longestHold);
  };

  /** Whatever else arrives in this turn of the event loop goes along, and in later ones while answers are awaited. */
  const gather = (known: number, quietTurns: number): void => {
    if (awaited > 0 && quietTurns < mostQuietTurns) {
      setImmediate(gather, waiting.length, waiting.length > known ? 0 : quietTurns + 1);
      return;
    }
    isGathering = false;
    run();
  };

  return (scope, batch) =>
    new Promise((resolve, reject) => {
      const push = { scope, batch, resolve, reject };
      if (!isSmall(batch)) return goAlone(push);
      waiting.push(push);
      if (awaited > 0) awaited--;
      if (isGathering) return;
      if (isHeld()) return keepHeld();
      isGathering = true;
      setImmediate(gather, waiting.length, 0);
    });
};
