import type { UsagePoint } from '../api/wire.js';
import type { Slot } from './scale.js';

export type Step = 'hour' | 'day';

const lengths: Readonly<Record<Step, number>> = { hour: 3_600_000, day: 86_400_000 };

/** The beginning of the hour or day (UTC, as the server counts) that a moment lies in. */
export const startOf = (at: number, step: Step): number => at - (at % lengths[step]);

/** One slot for each hour or day of a range: those that the server does not name were without any traffic. */
export const toSlots = (
  points: readonly UsagePoint[],
  range: { readonly from: number; readonly to: number; readonly step: Step },
  pick: (point: UsagePoint) => number,
): readonly Slot[] => {
  const { step, to } = range;
  const known = new Map(points.map((point) => [startOf(Date.parse(point.at), step), pick(point)]));
  const slots: Slot[] = [];
  for (let at = startOf(range.from, step); at <= to; at += lengths[step]) slots.push({ at, value: known.get(at) ?? 0 });
  return slots;
};
