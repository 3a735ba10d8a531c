import type { Clock } from '../ports/index.js';

/** As `work`, or rejects with `message` after so many milliseconds; what `work` does later is ignored. */
export const withDeadline = <T>(clock: Clock, milliseconds: number, message: string, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => reject(new Error(message)));
    work.then(resolve, reject).finally(cancel);
  });
