import type { Clock, Records } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { beginOf, keptFor, type Step, steps, toSeries, toUsageKey, usageKind } from './kinds.js';
import { fromPoint, mergeTally, type Point, type Tally, toPoint } from './tally.js';

/** Several nodes write one row now and then; one of them is always the first. */
const attempts = 20;
const page = 500;

/** The rows of the server and of its apps. */
export const createSeriesStore = ({ records, clock }: { readonly records: Records; readonly clock: Clock }) => {
  const rows = createCollection(records, clock, usageKind);
  const apps = createCollection(records, clock, appKind);

  const toPut = async (step: Step, moment: number, appId: string | null, tally: Tally) => {
    const at = beginOf(step, moment);
    const key = toUsageKey(step, at, appId);
    const found = await rows.get(key);
    const sum = found ? fromPoint(found.value.point) : null;
    if (sum) mergeTally(sum, tally);
    const point = toPoint(at, sum ?? tally);
    const options = { condition: found?.version ?? ('absent' as const), expiresAt: at + keptFor[step] };
    return rows.put(key, { step, appId, point }, options);
  };

  return {
    /** Adds to the rows of an hour and its day. Nothing is written of an app that is gone. */
    async add(moment: number, appId: string | null, tally: Tally): Promise<void> {
      const guards = appId === null ? [] : [apps.check(appId, 'present')];
      for (let attempt = 0; attempt < attempts; attempt++) {
        const puts = await Promise.all(steps.map((step) => toPut(step, moment, appId, tally)));
        const result = await records.transact([...guards, ...puts], clock.now());
        if (result.done || result.failed < guards.length) return;
      }
      throw new Error('Usage could not be added: others wrote the same rows each time.');
    },

    /** Points that begin from `from` on and before `to`, in order of time. */
    async read(step: Step, appId: string | null, from: number, to: number): Promise<readonly Point[]> {
      const points: Point[] = [];
      for (let after = toUsageKey(step, Math.max(0, from - 1), '~'); ; ) {
        const found = await rows.find('series', toSeries(step, appId), { after, limit: page });
        points.push(...found.map(({ value }) => value.point).filter(({ at }) => at >= from && at < to));
        const last = found.at(-1);
        if (!last || found.length < page || last.value.point.at >= to) return points;
        after = last.key;
      }
    },
  };
};
