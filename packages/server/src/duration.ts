const secondsByUnit = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
]);

const year = 365 * 86_400;
export const tenYears = 10 * year;

/** Seconds of a text such as `90s`, `30m`, `24h` or `7d`; undefined when it is no duration of at most `longest` seconds. */
export const parseDuration = (text: string, longest = year): number | undefined => {
  const [, number = '', unit = ''] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (secondsByUnit.get(unit) ?? Number.NaN);
  return seconds <= longest ? seconds : undefined;
};

/** The same for what is kept for years, of at least a day and at most ten years. */
export const parseRetention = (text: string): number | undefined => {
  const seconds = parseDuration(text, tenYears);
  return seconds !== undefined && seconds >= 86_400 ? seconds : undefined;
};
