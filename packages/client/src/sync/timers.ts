import type { Delay } from './state.js';

/** Time and chance, injected so that tests own them. */
export interface Timers {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once; the answer calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
  /** From 0 up to 1. */
  random(): number;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

const second = 1000;
const longest = 60 * second;
const long = 300 * second;

export interface Intervals {
  /** How often to look for news while a stream is open too, in milliseconds. */
  readonly poll: number;
}

/** Milliseconds. A back-off doubles from 1 s to 60 s and takes half to all of it by chance; the rest is jittered by a tenth. */
export const toMilliseconds = (delay: Delay, { poll }: Intervals, random: () => number): number => {
  switch (delay.kind) {
    case 'backoff': {
      const full = Math.min(longest, second * 2 ** Math.max(0, delay.tries - 1));
      return Math.max(full * (0.5 + random() / 2), delay.least * second * (1 + random() / 10));
    }
    case 'long':
      return long * (1 + random() / 10);
    case 'poll':
      return poll * (1 + random() / 10);
  }
};
