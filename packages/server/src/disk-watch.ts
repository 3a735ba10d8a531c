import type { Clock, DiskSpace, Log } from '@synckeep/core';

const pace = 5 * 60_000;
const full = 0.9;

/** Warns once when the fullest disk has passed nine tenths, and again when it did so after it had more room. */
export const watchDisk = (deps: {
  readonly disk: () => Promise<DiskSpace | null>;
  readonly clock: Clock;
  readonly log: Log;
}): (() => void) => {
  const { disk, clock, log } = deps;
  let isFull = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    try {
      const space = await disk();
      if (!space) return;
      const { freeBytes, totalBytes } = space;
      const wasFull = isFull;
      isFull = totalBytes - freeBytes >= full * totalBytes;
      if (isFull && !wasFull) {
        log.warn(
          { freeBytes, totalBytes },
          'The disk is 90 % full. When it is full, every push is refused: make room.',
        );
      }
    } catch (error) {
      log.warn({ err: error }, 'The space on the disk is not known.');
    }
  };
  const tick = (): void => {
    void look();
    cancel = clock.after(pace, tick);
  };
  tick();
  return () => cancel();
};
