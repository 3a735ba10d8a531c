import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until something is so, or for so many milliseconds, in turns of this process: a machine that is busy with another
 * one makes nobody late.
 */
export const inTurns = async (milliseconds: number, isSo: () => boolean): Promise<void> => {
  for (let passed = 0; passed < milliseconds && !isSo(); passed += 10) await delay(10);
};
