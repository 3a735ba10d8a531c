import type { Clock, Log, Random } from './ports/index.js';

/** A timer of the runtime fires at once when it is told to wait longer than this. */
const longestWait = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      const isLast = left <= longestWait;
      timer = setTimeout(isLast ? callback : () => wait(left - longestWait), isLast ? left : longestWait);
      // Outside Node a timer may be a number, which has no such method.
      timer.unref?.();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};

/** What `getRandomValues` gives in one call. */
const bytesPerCall = 65_536;

const fill = (bytes: Uint8Array): Uint8Array => {
  for (let at = 0; at < bytes.length; at += bytesPerCall) {
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + bytesPerCall));
  }
  return bytes;
};

/** A call to the runtime costs more than a few bytes are worth, so small requests share one. Nothing is given twice. */
const pool = new Uint8Array(1_024);
let used = pool.length;

/** The cryptographic random bytes of the runtime. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > 64) return fill(new Uint8Array(length));
    if (used + length > pool.length) {
      fill(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  },
};

const drop = (): void => {};

/** Keeps nothing. */
export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop };
