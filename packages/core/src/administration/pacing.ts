import type { Clock } from '../ports/index.js';

/** A step is followed by a pause of so many times its own length, which belongs to pushes and pulls. */
const factor = 3;
const longest = 500;

/** Long work in small steps that leaves time to others, and that ends after its present step when it is told to. */
export const createPacing = (clock: Clock) => {
  const pauses = new Set<() => void>();
  const underWay = new Set<Promise<unknown>>();
  let isStopped = false;

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        cancel();
        pauses.delete(end);
        resolve();
      };
      const cancel = clock.after(milliseconds, end);
      pauses.add(end);
    });

  return {
    isStopped: () => isStopped,

    /** Work that `stop` waits for. */
    begin<T>(work: () => Promise<T>): Promise<T> {
      const begun = work();
      const ended: Promise<void> = begun.then(
        () => {},
        () => {},
      );
      underWay.add(ended);
      return begun.finally(() => underWay.delete(ended));
    },

    /** One step, and then its pause, which keeps no process alive. */
    async step<T>(work: () => Promise<T>): Promise<T> {
      const began = clock.now();
      const value = await work();
      const took = clock.now() - began;
      if (took > 0 && !isStopped) await pause(Math.min(took * factor, longest));
      return value;
    },

    async stop(): Promise<void> {
      isStopped = true;
      for (const end of [...pauses]) end();
      await Promise.all(underWay);
    },
  };
};

export type Pacing = ReturnType<typeof createPacing>;
