const factorByUnit = new Map([
  ['', 1],
  ['B', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
]);

/** Bytes of a text such as `500MiB` or `1048576`; undefined when it is no size above 0. */
export const parseSize = (text: string): number | undefined => {
  const [, number = '', unit = ''] = /^([0-9]{1,15}) ?([A-Za-z]*)$/.exec(text) ?? [];
  const bytes = Number(number) * (factorByUnit.get(unit) ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
};
