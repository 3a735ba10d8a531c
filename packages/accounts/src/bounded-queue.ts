import { SyncError } from '@synckeep/protocol';

export interface BoundedQueue {
  /** @throws SyncError `unavailable`, without having started `task`, when too many wait already. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Runs `active` tasks at a time in the order they came, lets `waiting` more wait, and refuses the rest at once. */
export const createBoundedQueue = (size: { readonly active: number; readonly waiting: number }): BoundedQueue => {
  const queue: (() => void)[] = [];
  let running = 0;

  return {
    async run(task) {
      if (running < size.active) running += 1;
      else if (queue.length >= size.waiting) throw new SyncError('unavailable', { retryAfter: 1 });
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await task();
      } finally {
        // The place goes straight to the next one, so that nobody who comes in between can take it.
        const next = queue.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
};
