/** Round numbers from nothing to at least `max`, `count` steps or a few less. Whole ones when the values are. */
export const toTicks = (max: number, count = 3, unit = 1): readonly number[] => {
  const least = Math.max(max / unit, unit === 1 ? 1 : 0.000_1);
  const rough = least / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough - 1e-9) ?? rough;
  const step = unit === 1 ? Math.max(1, Math.ceil(round)) : round;
  const ticks: number[] = [];
  for (let i = 0; i < 2 || (ticks.at(-1) ?? 0) < max; i += 1) ticks.push(i * step * unit);
  return ticks;
};

/** The largest power of 1024 that is not larger: what sizes on an axis are told in. */
export const toByteUnit = (max: number): number => {
  let unit = 1;
  while (unit * 1024 <= max) unit *= 1024;
  return unit;
};

export interface Slot {
  /** Milliseconds since 1970; the beginning of the hour or day. */
  readonly at: number;
  readonly value: number;
}

/** A few of the slots to write a time under: of those that may be named, every second, third… until they are few enough. */
export const toMarks = (slots: readonly Slot[], isNamed: (at: number) => boolean, most: number): readonly number[] => {
  const named = slots.flatMap(({ at }, i) => (isNamed(at) ? [i] : []));
  const step = Math.max(1, Math.ceil(named.length / most));
  return named.filter((_, i) => i % step === 0);
};
