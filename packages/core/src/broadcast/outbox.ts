import type { Clock, Log, News } from '../ports/index.js';
import type { BackOff } from './back-off.js';
import { createNewsBox } from './news-box.js';

/** Milliseconds between the beginnings of two sendings. */
const pace = 20;

/** Pieces of news that wait at most; beyond, everybody is told to look at everything. */
const mostPieces = 1_000;

export interface OutboxOptions {
  readonly send: (news: readonly News[]) => Promise<void>;
  readonly clock: Clock;
  readonly backOff: BackOff;
  readonly log: Log;
}

/**
 * Sends news in batches: at once after a quiet time, then every 20 ms at most, one sending at a time. What failed is
 * sent again, together with what came meanwhile.
 */
export const createOutbox = ({ send, clock, backOff, log }: OutboxOptions) => {
  let box = createNewsBox(mostPieces);
  let failures = 0;
  let isRunning = false;
  let isClosing = false;
  let wake = (): void => {};
  let turn: Promise<void> = Promise.resolve();

  const rest = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      if (isClosing) return resolve();
      wake = resolve;
      clock.after(milliseconds, resolve);
    });

  const succeed = (): void => {
    if (failures > 0) log.info({ failures }, 'News reaches the other processes again.');
    failures = 0;
  };
  const fail = (error: unknown): void => {
    if (failures === 0) log.warn({ err: error }, 'News could not be sent to the other processes; it is sent again.');
    failures++;
  };
  const sendBox = async (): Promise<void> => {
    const taken = box;
    box = createNewsBox(mostPieces);
    try {
      await send(taken.list());
      succeed();
    } catch (error) {
      for (const news of box.list()) taken.add(news);
      box = taken;
      fail(error);
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (!box.isEmpty() && !(isClosing && failures > 0)) {
      const rested = rest(pace);
      await sendBox();
      await (failures > 0 ? rest(Math.max(pace, backOff(failures))) : rested);
    }
    isRunning = false;
  };

  return {
    add(news: News): void {
      box.add(news);
      if (!isRunning) turn = run();
    },

    /** Sends what waits without a rest, and tries no second time. @throws Error when something is left */
    async close(): Promise<void> {
      isClosing = true;
      failures = 0;
      wake();
      await turn;
      if (!box.isEmpty()) throw new Error('The last sending failed.');
    },
  };
};
