import { describe, expect, it } from 'vitest';
import { createSketch, estimate, fromText, mergeSketch, type Sketch, see, toText } from '../../src/usage/sketch.js';

const sketchOf = (from: number, to: number): Sketch => {
  const sketch = createSketch();
  for (let i = from; i < to; i++) see(sketch, `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
  return sketch;
};

describe('a sketch of devices', () => {
  it.each([0, 1, 2, 5, 20, 50])('counts %i exactly', (count) => {
    expect(estimate(sketchOf(0, count))).toBe(count);
  });

  it.each([100, 250, 300, 1_000, 10_000, 200_000])('counts %i within a tenth', (count) => {
    expect(Math.abs(estimate(sketchOf(0, count)) - count)).toBeLessThan(count / 10);
  });

  it('counts once what several have seen, however often they are merged', () => {
    const sketch = sketchOf(0, 12);
    for (let i = 0; i < 3; i++) mergeSketch(sketch, sketchOf(8, 20));
    expect(estimate(sketch)).toBe(20);
  });

  it.each([0, 1, 200, 256, 300, 5_000])('of %i comes back from its text, which stays short', (count) => {
    const sketch = sketchOf(0, count);
    const back = fromText(toText(sketch));
    expect(back.indexBits).toBe(sketch.indexBits);
    expect([...back.ranks].sort()).toEqual([...sketch.ranks].sort());
    expect(toText(sketch).length).toBeLessThanOrEqual(1_025);
  });

  it.each([
    [100, 50, 3_000],
    [3_000, 2_900, 3_000],
    [200, 100, 400],
  ])('of the first %i and of those from %i to %i merge into what one would have seen', (few, from, to) => {
    const merged = sketchOf(0, few);
    mergeSketch(merged, sketchOf(from, to));
    expect(toText(merged)).toBe(toText(sketchOf(0, to)));
  });

  it('keeps no text that it has seen', () => {
    expect(toText(sketchOf(0, 1))).toMatch(/^[0-9a-z]{4}$/);
  });
});
