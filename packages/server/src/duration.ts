const secondsByUnit = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
]);

/** Seconds of a text such as `90s`, `30m`, `24h` or `7d`; undefined when it is no duration of at most a year. */
export const parseDuration = (text: string): number | undefined => {
  const [, number = '', unit = ''] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (secondsByUnit.get(unit) ?? Number.NaN);
  return seconds <= 365 * 86_400 ? seconds : undefined;
};
