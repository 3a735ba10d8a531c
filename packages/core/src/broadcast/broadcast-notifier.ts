import type { Subscription } from 'rxjs';
import { randomHex } from '../digest.js';
import { silentLog } from '../environment.js';
import { createListeners } from '../events/listeners.js';
import { joinObservers } from '../observation/observed.js';
import type { Clock, Log, News, Notifier, Observer, Random } from '../ports/index.js';
import { createBackOff } from './back-off.js';
import type { Broadcast } from './broadcast.js';
import { createEcho } from './echo.js';
import { fromText, toTexts } from './news-text.js';
import { createOutbox } from './outbox.js';
import { createReception, type Heard } from './reception.js';
import { withDeadline } from './with-deadline.js';

const firstRetry = 100;
const longestRetry = 3_000;
const longestClose = 2_000;

const everything: readonly News[] = [{ topic: 'all' }];

export interface BroadcastNotifierOptions {
  readonly broadcast: Broadcast;
  /** How long a text may be that the broadcast carries. Bytes, at least 200; all texts are ASCII. */
  readonly longestText: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of listeners that threw, of news that could not be sent, of lost connections and of texts by others. */
  readonly log?: Log;
  /** Hear how long news took to come back to this process, while it listens. */
  readonly observer?: Observer | readonly Observer[];
}

/**
 * A notifier over anything that brings texts to every process. Its own process hears at once, the others in batches of
 * at most one in 20 ms. Whoever listens is told `all` with each new connection, as something may have been missed before.
 */
export const createBroadcastNotifier = (options: BroadcastNotifierOptions): Notifier => {
  const { broadcast, longestText, clock, random, log = silentLog } = options;
  const self = randomHex(random, 8);
  const listeners = createListeners(log);
  const backOff = createBackOff(random, firstRetry, longestRetry);
  const observer = joinObservers(options.observer, log);
  const echo = observer ? createEcho(clock, observer) : null;
  const outbox = createOutbox({
    send(news) {
      const texts = toTexts(self, news, longestText);
      echo?.sending(texts);
      return broadcast.send(texts);
    },
    clock,
    backOff,
    log,
  });
  let closed: Promise<unknown> = Promise.resolve();
  const reception = createReception({
    broadcast,
    clock,
    backOff,
    log,
    onClose: (closing) => {
      closed = closing.catch((error: unknown) => log.debug({ err: error }, 'A connection ended in disorder.'));
    },
  });
  let hearing: Subscription | undefined;
  let isStrange = false;
  let isClosed = false;

  const read = (heard: Heard): readonly News[] => {
    if (heard === null) return everything;
    const message = fromText(heard);
    if (message?.from === self) echo?.hear(heard);
    if (message) return message.from === self ? [] : message.news;
    if (!isStrange) log.warn({}, 'News in an unknown form was heard, perhaps of another version; it counts as `all`.');
    isStrange = true;
    return everything;
  };
  const receive = (heard: Heard): void => {
    for (const news of read(heard)) listeners.tell(news);
  };
  const stopHearing = (): void => {
    hearing?.unsubscribe();
    hearing = undefined;
  };
  const isInTime = async (work: Promise<unknown>, message: string): Promise<void> => {
    try {
      await withDeadline(clock, longestClose, 'It took longer than 2 s.', work);
    } catch (error) {
      log.warn({ err: error }, message);
    }
  };

  return {
    publish(news) {
      if (isClosed) return;
      listeners.tell(news);
      outbox.add(news);
    },

    subscribe(listener) {
      if (isClosed) return () => {};
      const end = listeners.add(listener);
      hearing ??= reception.subscribe(receive);
      return () => {
        end();
        if (listeners.size === 0) stopHearing();
      };
    },

    async close() {
      isClosed = true;
      await isInTime(outbox.close(), 'News could not be sent before the end; the others find out by looking.');
      listeners.clear();
      stopHearing();
      await isInTime(closed, 'The connection that hears news could not be ended in good order.');
    },
  };
};
