/** The edit that leads from `before` to `after`, as one replaced stretch of lines. */
const editOf = (before: readonly string[], after: readonly string[]) => {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < least - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start, end: before.length - tail, lines: after.slice(start, after.length - tail) };
};

/**
 * Two texts that were made of one, as one. Edits at different lines are both made; where both changed the same lines,
 * both versions stand one below the other, so that nothing anybody typed is lost.
 */
export const mergeText = (base: string, mine: string, theirs: string): string => {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const lines = base.split('\n');
  const edits = [editOf(lines, mine.split('\n')), editOf(lines, theirs.split('\n'))];
  const [first, second] = edits.sort((a, b) => a.start - b.start || a.end - b.end);
  if (!first || !second) return mine;
  if (first.end <= second.start && first.start !== second.start) {
    return [
      ...lines.slice(0, first.start),
      ...first.lines,
      ...lines.slice(first.end, second.start),
      ...second.lines,
      ...lines.slice(second.end),
    ].join('\n');
  }
  const start = first.start;
  const end = Math.max(first.end, second.end);
  const versionOf = ({ start: from, end: to, lines: changed }: typeof first): readonly string[] => [
    ...lines.slice(start, from),
    ...changed,
    ...lines.slice(to, end),
  ];
  // Compared as text: whichever device merges, the order is the same.
  const versions = [versionOf(first), versionOf(second)].sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
  return [...lines.slice(0, start), ...versions.flat(), ...lines.slice(end)].join('\n');
};
