/** The last code points before and behind the half pairs, which stand in no text that is stored. */
const last = 0x10ffff;
const beforePairs = 0xd7ff;
const behindPairs = 0xe000;

/**
 * The first text, by UTF-8 bytes, behind all that begin with `prefix`; null: they go on to the end. For a storage that
 * reads a range of an index.
 */
export const endOfPrefix = (prefix: string): string | null => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === last) points.pop();
  const point = points.pop();
  if (point === undefined) return null;
  return String.fromCodePoint(...points, point === beforePairs ? behindPairs : point + 1);
};
