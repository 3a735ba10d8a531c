import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './refusal.js';

const patience = 10_000;

/** Does the work, again and again for 10 s while another process holds the lock of the database. */
export const patiently = async <T>(work: () => T): Promise<T> => {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(codeOf(error)) || performance.now() > until) throw error;
    }
    await delay(20);
  }
};
