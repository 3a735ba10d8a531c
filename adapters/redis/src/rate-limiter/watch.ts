import { type Log, systemClock, withDeadline } from '@synckeep/core';

/** Nobody waits longer for Redis than this. */
const patience = 250;

/** After a failure Redis is left alone for so long, so that an outage delays one call in a second and not every one. */
const respite = 1_000;

/**
 * Asks Redis for as long as it answers.
 * @returns null when it did not; then it is not asked for a second.
 */
export const createWatch = (log: Log | undefined) => {
  let isResting = false;
  let isDown = false;

  const rest = (): void => {
    isResting = true;
    systemClock.after(respite, () => {
      isResting = false;
    });
  };

  return async <T>(ask: () => Promise<T>): Promise<{ readonly answer: T } | null> => {
    if (isResting) return null;
    // One call finds out for all whether it is there again.
    if (isDown) rest();
    try {
      const answer = await withDeadline(systemClock, patience, `Redis did not answer within ${patience} ms.`, ask());
      if (isDown) log?.info({}, 'Redis counts the rate limits again.');
      isDown = isResting = false;
      return { answer };
    } catch (error) {
      if (!isDown) log?.warn({ err: error }, 'Redis does not count the rate limits at present.');
      isDown = true;
      rest();
      return null;
    }
  };
};
