import type { Clock, CompactionBounds, CompactionPlan, Log, Scope, ScopeFilter, Storage } from '../ports/index.js';
import type { CompactionSettings } from '../records/app.js';
import { createEachScope } from './each-scope.js';
import type { Pacing } from './pacing.js';

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

const rowsPerStep = 10_000;

/** A round gives way to the other sweeps after this time; the next one goes on behind the log that it ended with. */
const roundTime = 45 * 60_000;

const seconds = 1_000;

const nothing = { logs: 0, paused: 0, removed: 0, removedBytes: 0, tombstones: 0 };

type Sum = typeof nothing;

const toBounds = (now: number, { keepSeconds, tombstoneSeconds }: CompactionSettings): CompactionBounds => ({
  now,
  keepFrom: now - keepSeconds * seconds,
  activeSince: now - tombstoneSeconds * seconds,
});

/** P-85: compacts the logs of the apps that want it, one after the other, in small steps. */
export const createCompaction = (deps: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly pacing: Pacing;
}) => {
  const { storage, clock, log, pacing } = deps;
  const { changeLog } = storage;
  const each = createEachScope(storage, clock);
  /** The log that the last round ended with; null: it came to the end. */
  let stoppedAt: Scope | null = null;

  const tell = (sum: Sum): void => {
    if (sum.removed > 0) log.info({ ...sum }, 'Logs were compacted.');
  };

  /** Adds to `sum` what went. */
  const compactLog = async (scope: Scope, bounds: CompactionBounds, isThorough: boolean, sum: Sum): Promise<void> => {
    while (!pacing.isStopped()) {
      const step = await pacing.step(() => changeLog.compact(scope, { ...bounds, limit: rowsPerStep, isThorough }));
      sum.removed += step.removed;
      sum.removedBytes += step.removedBytes;
      sum.tombstones += step.tombstones;
      if (step.state === 'paused') sum.paused += 1;
      if (step.state !== 'more') break;
    }
    sum.logs += 1;
  };

  /** The logs for which it is worth it, as far as the time reaches. */
  const round = async (): Promise<void> => {
    const until = clock.now() + roundTime;
    const from = stoppedAt;
    const sum = { ...nothing };
    stoppedAt = null;
    for await (const { id, compaction } of each.apps(null)) {
      if (compaction === null || (from !== null && id < from.appId)) continue;
      for await (const scope of each.scopes({ appId: id, userId: null }, from?.appId === id ? from : null)) {
        if (pacing.isStopped()) return;
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
    for await (const { id, compaction } of each.apps(appId)) {
      if (compaction === null) continue;
      const bounds = toBounds(clock.now(), compaction);
      for await (const scope of each.scopes({ appId: id, userId })) await compactLog(scope, bounds, true, sum);
    }
    return sum;
  };

  return {
    /** What maintenance does each time. */
    round: () => pacing.begin(round),

    /** Compacts the logs of the filter now, as far as their apps want it. */
    run: (filter: ScopeFilter) => pacing.begin(() => run(filter)),

    /** What `run` would do, or would do with these settings for every app of the filter. */
    async plan({ appId, userId }: ScopeFilter, settings: CompactionSettings | null = null): Promise<CompactionOutlook> {
      const sum = { logs: 0, changes: 0, removable: 0, removableBytes: 0, tombstones: 0 };
      for await (const { id, compaction } of each.apps(appId)) {
        const wanted = settings ?? compaction;
        if (wanted === null) continue;
        for await (const scope of each.scopes({ appId: id, userId })) {
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
