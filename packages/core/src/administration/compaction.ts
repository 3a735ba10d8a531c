import type { Clock, CompactionBounds, CompactionPlan, Log, Scope, ScopeFilter, Storage } from '../ports/index.js';
import { type App, appKind, type CompactionSettings } from '../records/app.js';
import { createCollection } from '../records/collection.js';

export interface CompactionReport {
  /** Logs that were gone over, whether or not anything went. */
  readonly logs: number;
  /** Those of them that wait for the end of a rotation. */
  readonly paused: number;
  /** Changes that went, tombstones among them. */
  readonly removed: number;
  /** Their data. */
  readonly removedBytes: number;
  readonly tombstones: number;
}

export interface CompactionOutlook extends Omit<CompactionPlan, 'horizon'> {
  readonly logs: number;
}

const page = 100;
const rowsPerStep = 10_000;

/** A round gives way to the other sweeps after this time; the next one goes on behind the log that it ended with. */
const roundTime = 45 * 60_000;

/** A step is followed by a pause of so many times its own length, which belongs to pushes and pulls. */
const pauseFactor = 3;
const longestPause = 500;

const seconds = 1_000;

const nothing = { logs: 0, paused: 0, removed: 0, removedBytes: 0, tombstones: 0 };

type Sum = typeof nothing;

const toBounds = (now: number, { keepSeconds, tombstoneSeconds }: CompactionSettings): CompactionBounds => ({
  now,
  keepFrom: now - keepSeconds * seconds,
  activeSince: now - tombstoneSeconds * seconds,
});

/** P-85: compacts the logs of the apps that want it, one after the other, in small steps. */
export const createCompaction = (deps: { readonly storage: Storage; readonly clock: Clock; readonly log: Log }) => {
  const { storage, clock, log } = deps;
  const { changeLog } = storage;
  const apps = createCollection(storage.records, clock, appKind);
  /** The log that the last round ended with; null: it came to the end. */
  let stoppedAt: Scope | null = null;
  let isStopped = false;
  const pauses = new Set<() => void>();
  const underWay = new Set<Promise<unknown>>();

  /** `stop` waits for what was begun by this. */
  const begin = <T>(work: () => Promise<T>): Promise<T> => {
    const begun = work();
    const ended: Promise<void> = begun.then(
      () => {},
      () => {},
    );
    underWay.add(ended);
    return begun.finally(() => underWay.delete(ended));
  };

  async function* appsOf(appId: string | null): AsyncGenerator<App> {
    if (appId !== null) {
      const found = await apps.get(appId);
      if (found) yield found.value;
      return;
    }
    for (let after: string | null = null; ; ) {
      const found = await apps.find('all', '', { after, limit: page });
      for (const { value } of found) yield value;
      after = found.at(-1)?.value.id ?? null;
      if (found.length < page) return;
    }
  }

  /** Scopes in order, from the first one behind `begin`. */
  async function* scopesOf(filter: ScopeFilter, begin: Scope | null = null): AsyncGenerator<Scope> {
    for (let after = begin; ; ) {
      const scopes: readonly Scope[] = await storage.scopes(filter, after, page);
      yield* scopes;
      after = scopes.at(-1) ?? null;
      if (scopes.length < page) return;
    }
  }

  const tell = (sum: Sum): void => {
    if (sum.removed > 0) log.info({ ...sum }, 'Logs were compacted.');
  };

  const pauseAfter = (took: number): Promise<void> =>
    took <= 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          const end = (): void => {
            cancel();
            pauses.delete(end);
            resolve();
          };
          const cancel = clock.after(Math.min(took * pauseFactor, longestPause), end);
          pauses.add(end);
        });

  /** Adds to `sum` what went. */
  const compactLog = async (scope: Scope, bounds: CompactionBounds, isThorough: boolean, sum: Sum): Promise<void> => {
    while (!isStopped) {
      const began = clock.now();
      const step = await changeLog.compact(scope, { ...bounds, limit: rowsPerStep, isThorough });
      sum.removed += step.removed;
      sum.removedBytes += step.removedBytes;
      sum.tombstones += step.tombstones;
      if (step.state === 'paused') sum.paused += 1;
      if (step.state !== 'more') break;
      await pauseAfter(clock.now() - began);
    }
    sum.logs += 1;
  };

  /** The logs for which it is worth it, as far as the time reaches. */
  const round = async (): Promise<void> => {
    const until = clock.now() + roundTime;
    const from = stoppedAt;
    const sum = { ...nothing };
    stoppedAt = null;
    for await (const { id, compaction } of appsOf(null)) {
      if (compaction === null || (from !== null && id < from.appId)) continue;
      for await (const scope of scopesOf({ appId: id, userId: null }, from?.appId === id ? from : null)) {
        if (isStopped) return;
        // Also where this log fails: the next round goes on behind it.
        stoppedAt = scope;
        await compactLog(scope, toBounds(clock.now(), compaction), false, sum);
        if (clock.now() >= until) return tell(sum);
      }
    }
    stoppedAt = null;
    tell(sum);
  };

  const run = async ({ appId, userId }: ScopeFilter): Promise<CompactionReport> => {
    const sum = { ...nothing };
    for await (const { id, compaction } of appsOf(appId)) {
      if (compaction === null) continue;
      const bounds = toBounds(clock.now(), compaction);
      for await (const scope of scopesOf({ appId: id, userId })) await compactLog(scope, bounds, true, sum);
    }
    return sum;
  };

  return {
    /** What maintenance does each time. */
    round: () => begin(round),

    /** Compacts the logs of the filter now, as far as their apps want it. */
    run: (filter: ScopeFilter) => begin(() => run(filter)),

    /** Ends what is under way after its present step, and resolves then. */
    async stop(): Promise<void> {
      isStopped = true;
      for (const end of [...pauses]) end();
      await Promise.all(underWay);
    },

    /** What `run` would do, or would do with these settings for every app of the filter. */
    async plan({ appId, userId }: ScopeFilter, settings: CompactionSettings | null = null): Promise<CompactionOutlook> {
      const sum = { logs: 0, changes: 0, removable: 0, removableBytes: 0, tombstones: 0 };
      for await (const { id, compaction } of appsOf(appId)) {
        const wanted = settings ?? compaction;
        if (wanted === null) continue;
        for await (const scope of scopesOf({ appId: id, userId })) {
          const plan = await changeLog.compactionPlan(scope, toBounds(clock.now(), wanted));
          sum.logs += 1;
          sum.changes += plan.changes;
          sum.removable += plan.removable;
          sum.removableBytes += plan.removableBytes;
          sum.tombstones += plan.tombstones;
        }
      }
      return sum;
    },
  };
};
