import { createListeners } from '../events/listeners.js';
import type { Log, Notifier } from '../ports/index.js';

export interface MemoryNotifierOptions {
  /** Hears of listeners that threw. */
  readonly log?: Log;
}

/** News within one process. */
export const createMemoryNotifier = ({ log }: MemoryNotifierOptions = {}): Notifier => {
  const listeners = createListeners(log);
  return {
    publish: listeners.tell,
    subscribe: listeners.add,
    close: async () => listeners.clear(),
  };
};
