import { describe, expect, it } from 'vitest';
import { createSurvey } from '../src/compaction/survey.js';

/** Looks at keys from the last to the first, in as many passes as it takes; the positions of those that were superseded. */
const surveyed = (keys: readonly string[], most: number) => {
  const survey = createSurvey(most);
  const found: number[] = [];
  const lasts: number[] = [];
  let passes = 0;
  do {
    passes++;
    for (let position = keys.length - 1; position >= 0; position--) {
      const sight = survey.look(keys[position] ?? '', position);
      if (sight === 'superseded') found.push(position);
      if (sight === 'last') lasts.push(position);
    }
  } while (survey.endPass());
  return { superseded: found.sort((a, b) => a - b), lasts: lasts.sort((a, b) => a - b), passes };
};

describe('a survey', () => {
  // Some keys come again at once, others after thousands.
  const keys = Array.from({ length: 3_000 }, (_, index) => `tasks/${(index * 7919) % (index % 3 === 0 ? 13 : 600)}`);
  const lastOf = new Map(keys.map((key, index) => [key, index]));
  const superseded = keys.flatMap((key, index) => (lastOf.get(key) === index ? [] : [index]));
  const lasts = [...lastOf.values()].sort((a, b) => a - b);

  it('finds what a later change superseded in one pass while the keys are few', () => {
    expect(surveyed(keys, 1_000)).toEqual({ superseded, lasts, passes: 1 });
  });

  it.each([1, 2, 7, 50, 100])('finds the same with %i keys at once, each change once', (most) => {
    const found = surveyed(keys, most);
    expect(found).toEqual({ superseded, lasts, passes: found.passes });
    expect(found.passes).toBeGreaterThan(1);
  });

  it('ends also when all keys are one', () => {
    expect(surveyed(['a', 'a', 'a'], 0)).toMatchObject({ superseded: [0, 1], lasts: [2] });
  });
});
