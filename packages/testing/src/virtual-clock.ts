import type { Clock } from '@synckeep/core';

export interface VirtualClock extends Clock {
  /** Moves time forward and fires every timer that comes due on the way, in order, each at its own moment. */
  advance(milliseconds: number): void;
  /** How many timers are waiting. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. @param start milliseconds since 1970 */
export const createVirtualClock = (start = Date.UTC(2030, 0, 1)): VirtualClock => {
  let now = start;
  const timers = new Set<Timer>();

  const nextDue = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (first === undefined || timer.due < first.due)) first = timer;
    }
    return first;
  };

  return {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { due: now + Math.max(0, milliseconds), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError('A clock only moves forward.');
      const until = now + milliseconds;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.callback();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
};
