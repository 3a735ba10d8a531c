import type { Random } from '../ports/index.js';

/** How long to wait after so many failures in a row: doubling up to `longest`, each time somewhere in its upper half. */
export const createBackOff =
  (random: Random, first: number, longest: number) =>
  (failures: number): number => {
    const [byte = 0] = random.bytes(1);
    return Math.min(longest, first * 2 ** Math.max(0, failures - 1)) * (0.5 + byte / 512);
  };

export type BackOff = ReturnType<typeof createBackOff>;
