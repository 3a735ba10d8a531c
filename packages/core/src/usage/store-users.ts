import type { Caller } from '../access/caller.js';
import type { Entitled } from '../access/entitled.js';
import { type Clock, type Records, type RecordWrite, type Storage, scopeKey } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { beginOf, keptOfUser, lengthOf, type Step, userUsageKind } from './kinds.js';
import { createTally, fromPoint, mergeTally, type Point, type Tally, toPoint } from './tally.js';

export type Counted = Pick<Caller, 'scope' | 'app' | 'guards'>;

/** What a user in an app did lately, by hour. */
export interface CountedUser {
  readonly caller: Counted;
  readonly tallyByHour: ReadonlyMap<number, Tally>;
}

const attempts = 20;
const page = 500;
/** Part of what is allowed from which on a warning is given. */
const nearly = 0.9;

const extend = (points: readonly Point[], step: Step, { tallyByHour }: CountedUser): Point[] => {
  const tallies = new Map(points.map((point) => [point.at, fromPoint(point)]));
  for (const [hour, tally] of tallyByHour) {
    const at = beginOf(step, hour);
    const sum = tallies.get(at) ?? createTally();
    mergeTally(sum, tally);
    tallies.set(at, sum);
  }
  const newest = Math.max(...tallies.keys());
  return [...tallies]
    .filter(([at]) => at > newest - keptOfUser[step] * lengthOf[step])
    .sort(([a], [b]) => a - b)
    .map(([at, tally]) => toPoint(at, tally));
};

/** The one row of each user in an app. */
export const createUserStore = (deps: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly entitled: Entitled;
}) => {
  const { storage, clock, entitled } = deps;
  const records: Records = storage.records;
  const rows = createCollection(records, clock, userUsageKind);

  const isNearlyFull = async ({ scope, app }: Counted): Promise<boolean> => {
    const { bytesLimit } = await entitled.of({ scope, app });
    if (bytesLimit === null) return false;
    const { bytesUsed } = await storage.changeLog.status(scope, clock.now());
    return bytesUsed >= nearly * bytesLimit;
  };

  return {
    /** Adds to the row of a user, unless the user was erased, or the app, since the caller was let in. */
    async add(counted: CountedUser): Promise<void> {
      const { caller } = counted;
      const { appId, userId } = caller.scope;
      const key = scopeKey(caller.scope);
      const isFull = await isNearlyFull(caller);
      const guards = caller.guards.map((guard): RecordWrite => ({ ...guard, write: 'check' }));
      for (let attempt = 0; attempt < attempts; attempt++) {
        const found = await rows.get(key);
        const value = {
          ...{ appId, userId, isNearlyFull: isFull },
          hour: extend(found?.value.hour ?? [], 'hour', counted),
          day: extend(found?.value.day ?? [], 'day', counted),
        };
        const expiresAt = clock.now() + keptOfUser.day * lengthOf.day;
        const put = rows.put(key, value, { condition: found?.version ?? 'absent', expiresAt });
        const result = await records.transact([...guards, put], clock.now());
        if (result.done || result.failed < guards.length) return;
      }
      throw new Error('Usage of a user could not be added: others wrote the same row each time.');
    },

    /** Points of a user, in one app or all of them, that begin from `from` on and before `to`. */
    async read(step: Step, userId: string, appId: string | null, from: number, to: number): Promise<readonly Point[]> {
      const points: Point[] = [];
      const take = (value: { readonly hour: readonly Point[]; readonly day: readonly Point[] }): void => {
        points.push(...value[step].filter(({ at }) => at >= from && at < to));
      };
      if (appId !== null) {
        const found = await rows.get(scopeKey({ appId, userId }));
        if (found) take(found.value);
        return points;
      }
      for (let after: string | null = null; ; ) {
        const found = await rows.find('user', userId, { after, limit: page });
        for (const { value } of found) take(value);
        after = found.at(-1)?.key ?? null;
        if (after === null || found.length < page) return points;
      }
    },

    /** How many users are nearly full, at most `limit`. */
    nearlyFull: async (limit: number): Promise<number> => (await rows.find('full', '', { after: null, limit })).length,
  };
};
