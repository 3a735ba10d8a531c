import type { Clock, News, Notifier } from '../ports/index.js';

const lookEvery = 2_000;

/**
 * Listens to the notifier only while there is somebody to tell, so that an idle server sleeps: `wake` before anything
 * is remembered or opened, `isNeeded` tells when it may end, `onSleep` runs when it did.
 */
export const createAttention = (options: {
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly onNews: (news: News) => void;
  readonly isNeeded: () => boolean;
  /** Every 2 s while it is needed: news that its publisher could not tell (it died after its commit) is found by looking. */
  readonly onLook: () => void;
  readonly onSleep: () => void;
}) => {
  let end: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  const sleep = (): void => {
    cancel?.();
    end?.();
    cancel = end = undefined;
    options.onSleep();
  };
  const look = (): void => {
    if (options.isNeeded()) {
      cancel = options.clock.after(lookEvery, look);
      options.onLook();
    } else sleep();
  };
  return {
    wake(): void {
      if (end) return;
      end = options.notifier.subscribe(options.onNews);
      cancel = options.clock.after(lookEvery, look);
    },
    sleep,
  };
};
