import type { ChangeFeed } from '../events/change-feed.js';
import type { Clock, Storage, StorageTotals, UserDirectory } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { beginOf, lengthOf } from '../usage/kinds.js';
import type { Usage } from '../usage/usage.js';

/** Milliseconds that numbers may be used again, because some are added up over every scope and device. */
const usedFor = 10_000;

export interface Overview extends StorageTotals {
  readonly apps: number;
  readonly streams: number;
  readonly errorsOfDay: number;
}

/** What the server holds and does altogether; at most 10 s old. */
export const createOverview = (deps: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly usage: Usage;
  readonly feed: ChangeFeed;
  readonly node: string;
  /** null: the host keeps the users, and those count who have stored something. */
  readonly users: UserDirectory | null;
}): (() => Promise<Overview>) => {
  const { storage, clock, usage, feed, node, users } = deps;
  let last: { readonly at: number; readonly overview: Promise<Overview> } | undefined;

  const look = async (now: number): Promise<Overview> => {
    const { hour, day } = lengthOf;
    const totals = await storage.totals(now - day);
    const apps = await storage.records.count(appKind.name);
    const thisHour = beginOf('hour', now);
    const hours = {
      appId: null,
      userId: null,
      step: 'hour',
      from: thisHour - day + hour,
      to: thisHour + hour,
    } as const;
    const tallies = await usage.read(hours);
    let errorsOfDay = 0;
    for (const { amounts } of tallies.values()) errorsOfDay += amounts.errors;
    // What is open here is known; of the other nodes it is their most of this hour.
    let streams = feed.size;
    for (const [other, open] of tallies.get(thisHour)?.streams ?? []) if (other !== node) streams += open;
    return { ...totals, users: (await users?.count()) ?? totals.users, apps, streams, errorsOfDay };
  };

  return () => {
    const now = clock.now();
    if (last && now - last.at < usedFor && now >= last.at) return last.overview;
    const overview = look(now);
    const entry = { at: now, overview };
    last = entry;
    // A failure is not remembered.
    overview.catch(() => {
      if (last === entry) last = undefined;
    });
    return overview;
  };
};
