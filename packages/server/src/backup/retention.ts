/** How many backups to keep of the newest ones, and of the newest of each day, week and month (in UTC). */
export interface Retention {
  readonly keepLast: number;
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
}

export const hasRetention = ({ keepLast, keepDaily, keepWeekly, keepMonthly }: Retention): boolean =>
  keepLast + keepDaily + keepWeekly + keepMonthly > 0;

const dayMs = 86_400_000;
const dayOf = (time: number): number => Math.floor(time / dayMs);
// 5 January 1970 was the first Monday.
const weekOf = (time: number): number => Math.floor((dayOf(time) - 4) / 7);
const monthOf = (time: number): number => {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** The first `count` of different periods, of times that come newest first. */
const firstOfEach = (
  times: readonly number[],
  count: number,
  periodOf: (time: number) => number,
): readonly number[] => {
  const chosen: number[] = [];
  let last = Number.NaN;
  for (const time of times) {
    if (chosen.length >= count) break;
    const period = periodOf(time);
    if (period !== last) chosen.push(time);
    last = period;
  }
  return chosen;
};

/** What a retention keeps. The newest one always stays. @param snapshots in any order; `takenAt` in milliseconds. */
export const chooseKept = <T extends { readonly takenAt: number }>(
  snapshots: readonly T[],
  { keepLast, keepDaily, keepWeekly, keepMonthly }: Retention,
): ReadonlySet<T> => {
  const newest = [...snapshots].sort((a, b) => b.takenAt - a.takenAt);
  const times = newest.map(({ takenAt }) => takenAt);
  const kept = new Set([
    ...firstOfEach(times, keepDaily, dayOf),
    ...firstOfEach(times, keepWeekly, weekOf),
    ...firstOfEach(times, keepMonthly, monthOf),
  ]);
  return new Set(newest.filter(({ takenAt }, index) => index < Math.max(1, keepLast) || kept.has(takenAt)));
};
