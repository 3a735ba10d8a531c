import type { Entitled } from '../access/entitled.js';
import { type Clock, type Log, type Storage, scopeKey } from '../ports/index.js';
import { beginOf, lengthOf, type Step } from './kinds.js';
import { see } from './sketch.js';
import { createSeriesStore } from './store-series.js';
import { type Counted, createUserStore } from './store-users.js';
import { type Amounts, addAmounts, createTally, fromPoint, mergeTally, raisePeak, type Tally } from './tally.js';

/** Milliseconds after which what was counted is written: at most so much is lost when the process dies. */
const flushAfter = 60_000;
const flushUsersAfter = 600_000;

/** Users whose counts wait in memory; with more of them the flush does not wait. */
const mostUsers = 20_000;

interface WaitingUser {
  readonly caller: Counted;
  readonly tallyByHour: Map<number, Tally>;
}

export interface UsageQuery {
  readonly appId: string | null;
  readonly userId: string | null;
  readonly step: Step;
  /** Milliseconds since 1970; points begin from here on, */
  readonly from: number;
  /** and before here. */
  readonly to: number;
}

const guardsOf = ({ guards }: Counted): string => guards.map(({ condition }) => condition).join();

/**
 * Counts what is done, by hour, for the server, its apps and their users (P-191). It is in memory first, so that a request
 * costs no write, and added to what other processes counted. Devices are counted without a trace of which.
 */
export const createUsage = (deps: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly entitled: Entitled;
  /** Of this process among several. */
  readonly node: string;
}) => {
  const { storage, clock, log, entitled, node } = deps;
  const series = createSeriesStore({ records: storage.records, clock });
  const users = createUserStore({ storage, clock, entitled });
  /** By hour, then app; "" for the server. */
  let waiting = new Map<number, Map<string, Tally>>();
  let waitingUsers = new Map<string, WaitingUser>();
  /** Open streams by app, by scope, and under "" all of them. */
  const open = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let cancelUsers: (() => void) | undefined;
  let isStopped = false;

  const tallyOf = (hour: number, app: string): Tally => {
    const ofHour = waiting.get(hour) ?? new Map<string, Tally>();
    waiting.set(hour, ofHour);
    const tally = ofHour.get(app) ?? createTally();
    ofHour.set(app, tally);
    if (!isStopped) cancel ??= clock.after(flushAfter, () => void flush());
    return tally;
  };

  const tallyOfUser = (hour: number, caller: Counted): Tally | null => {
    const key = scopeKey(caller.scope);
    let user = waitingUsers.get(key);
    // Of the time before an erase nothing is kept, also where the same user began anew.
    if (!user || guardsOf(user.caller) !== guardsOf(caller)) {
      if (!user && waitingUsers.size >= mostUsers) {
        void flushUsers();
        return null;
      }
      user = { caller, tallyByHour: new Map() };
      waitingUsers.set(key, user);
    }
    const tally = user.tallyByHour.get(hour) ?? createTally();
    user.tallyByHour.set(hour, tally);
    if (!isStopped) cancelUsers ??= clock.after(flushUsersAfter, () => void flushUsers());
    return tally;
  };

  const eachTally = (caller: Counted | null, work: (tally: Tally, opened: number) => void): void => {
    const hour = beginOf('hour', clock.now());
    work(tallyOf(hour, ''), open.get('') ?? 0);
    if (!caller) return;
    const { scope } = caller;
    work(tallyOf(hour, scope.appId), open.get(scope.appId) ?? 0);
    const ofUser = tallyOfUser(hour, caller);
    if (ofUser) work(ofUser, open.get(scopeKey(scope)) ?? 0);
  };

  /** Streams that only stay open are in the hours that they last, too. */
  const notePeaks = (): void => {
    const hour = beginOf('hour', clock.now());
    for (const [key, opened] of open) if (!key.includes('/')) raisePeak(tallyOf(hour, key).streams, node, opened);
  };

  const giveBack = (hour: number, app: string, tally: Tally): void => mergeTally(tallyOf(hour, app), tally);

  const flushSeries = async (): Promise<void> => {
    if (open.size > 0) notePeaks();
    cancel?.();
    cancel = undefined;
    const taken = waiting;
    waiting = new Map();
    for (const [hour, ofHour] of taken) {
      for (const [app, tally] of ofHour) {
        try {
          await series.add(hour, app === '' ? null : app, tally);
        } catch (fault) {
          log.warn({ err: fault }, 'Usage could not be written; it will be tried again.');
          giveBack(hour, app, tally);
        }
      }
    }
    // As long as streams are open, there is something to count.
    if (open.size > 0 && !isStopped) cancel ??= clock.after(flushAfter, () => void flush());
  };

  const flushAllUsers = async (): Promise<void> => {
    cancelUsers?.();
    cancelUsers = undefined;
    const taken = waitingUsers;
    waitingUsers = new Map();
    for (const user of taken.values()) {
      try {
        await users.add(user);
      } catch (fault) {
        log.warn({ err: fault }, 'Usage of a user could not be written; it will be tried again.');
        for (const [hour, tally] of user.tallyByHour) {
          const again = tallyOfUser(hour, user.caller);
          if (again) mergeTally(again, tally);
        }
      }
    }
  };

  // One after the other: whoever waits for a flush finds everything written that was counted before.
  let turn: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    turn = turn.then(flushSeries);
    return turn;
  };
  const flushUsers = (): Promise<void> => {
    turn = turn.then(flushAllUsers);
    return turn;
  };

  const change = (key: string, by: 1 | -1): void => {
    const opened = (open.get(key) ?? 0) + by;
    if (opened > 0) open.set(key, opened);
    else open.delete(key);
  };

  return {
    /** Adds for the server and, where the caller is known, for app and user. `deviceId`: one that was seen. */
    add(caller: Counted | null, amounts: Partial<Amounts>, deviceId?: string): void {
      eachTally(caller, (tally, opened) => {
        addAmounts(tally.amounts, amounts);
        if (deviceId !== undefined) see(tally.devices, deviceId);
        raisePeak(tally.streams, node, opened);
      });
    },

    /** A stream was opened or ended. */
    stream(caller: Counted, by: 1 | -1): void {
      for (const key of ['', caller.scope.appId, scopeKey(caller.scope)]) change(key, by);
      if (by === 1) eachTally(caller, (tally, opened) => raisePeak(tally.streams, node, opened));
    },

    /** One tally for each step from `from` to `to`, also where nothing happened. What waits here is written before. */
    async read({ appId, userId, step, from, to }: UsageQuery): Promise<ReadonlyMap<number, Tally>> {
      await (userId === null ? flush() : flushUsers());
      const first = beginOf(step, from);
      const tallies = new Map<number, Tally>();
      for (let at = first; at < to; at += lengthOf[step]) tallies.set(at, createTally());
      const points =
        userId === null ? await series.read(step, appId, first, to) : await users.read(step, userId, appId, first, to);
      for (const point of points) {
        const tally = tallies.get(point.at);
        if (tally) mergeTally(tally, fromPoint(point));
      }
      return tallies;
    },

    nearlyFull: users.nearlyFull,

    /** Writes what is in memory; nothing runs afterwards. */
    async stop(): Promise<void> {
      isStopped = true;
      await flush();
      await flushUsers();
      cancel?.();
      cancelUsers?.();
    },
  };
};

export type Usage = ReturnType<typeof createUsage>;
