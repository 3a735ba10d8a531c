import { createSeededRandom } from '../seeded-random.js';

/** Seeded choices of a generator. */
export interface Choice {
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  of<T>(items: readonly T[]): T;
  /** Runs one of these. */
  run<T>(ways: readonly (() => T)[]): T;
  bytes(length: number): Uint8Array;
}

export const createChoice = (seed: number): Choice => {
  const random = createSeededRandom(seed);
  const below = (bound: number): number => {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    return Math.floor((((a << 16) | (b << 8) | c) / 2 ** 24) * bound);
  };
  const of = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to choose from.');
    return item;
  };
  return { below, of, run: (ways) => of(ways)(), bytes: (length) => random.bytes(length) };
};
