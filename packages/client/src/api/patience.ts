import { type Timers, toMilliseconds } from '../sync/timers.js';
import { type ApiError, isApiError } from './error.js';

/** Does something again while the server cannot be reached or asks to wait. The action must be safe to repeat. */
export type Patience = <T>(action: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

const passing = ['unreachable', 'unexpected_answer', 'unavailable', 'internal', 'rate_limited'] as const;
const maxTries = 8;

const wait = (timers: Timers, milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = timers.after(milliseconds, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Eight tries over about two minutes, longer where the server says so; then the last error. */
export const createPatience =
  (timers: Timers): Patience =>
  async (action, signal) => {
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted();
      try {
        return await action();
      } catch (error) {
        if (tries === maxTries || !isPassing(error)) throw error;
        const delay = { kind: 'backoff', tries, least: error.retryAfter ?? 0 } as const;
        await wait(timers, toMilliseconds(delay, { poll: 0 }, timers.random), signal);
      }
    }
  };

const isPassing = (error: unknown): error is ApiError => isApiError(error, ...passing);
