import type { Log, Notifier, Records } from '@synckeep/core';
import type { BlobPlace } from '../blob-place.js';
import { erasuresOf } from './erasures.js';
import { createErasureRecord } from './record-erasure.js';

/**
 * Records erasures beside the backups as soon as a process of this server makes one, whichever it is: each of them says
 * that who has access changed. The place is asked only when there is a new one.
 */
export const watchErasures = (deps: {
  readonly place: BlobPlace | undefined;
  readonly records: Records;
  readonly notifier: Notifier;
  readonly log: Log;
}): (() => void) => {
  const { place, records, notifier, log } = deps;
  if (place === undefined) return () => {};
  const record = createErasureRecord({ place, records, log });
  let known: string | null = null;
  let isLooking = false;
  let isAsked = false;

  const countAll = async (): Promise<string> => {
    let [count, latest] = [0, 0];
    for await (const { at } of erasuresOf(records)) {
      count += 1;
      latest = Math.max(latest, at);
    }
    return `${count} ${latest}`;
  };
  const look = async (): Promise<void> => {
    while (isAsked) {
      isAsked = false;
      const found = await countAll();
      if (found !== known) await record();
      known = found;
    }
  };
  const ask = (): void => {
    isAsked = true;
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log.warn({ err: error }, 'Whether somebody was erased is not known now.'))
      .finally(() => {
        isLooking = false;
      });
  };
  ask();
  return notifier.subscribe((news) => {
    if (news.topic === 'access' || news.topic === 'all') ask();
  });
};
