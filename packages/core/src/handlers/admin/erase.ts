import { SyncError } from '@synckeep/protocol';
import type { Deps } from '../handler.js';

/** Milliseconds that a request waits for an erasing. */
const patience = 10_000;

/** @param what is to be typed. @throws SyncError `confirmation_required` */
export const confirm = (given: string, expected: string, what: string): void => {
  if (given !== expected) throw new SyncError('confirmation_required', { details: { confirm: what } });
};

/** Waits a while for an erasing, which goes on when nobody waits for it any more (P-183). */
export const untilErased = async (
  erasing: Promise<unknown>,
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
): Promise<{ status: 204; body: null } | { status: 202; body: { erasing: true } }> => {
  let cancel = (): void => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(patience, () => resolve('late'));
  });
  try {
    const first = await Promise.race([erasing, late]);
    if (first !== 'late') return { status: 204, body: null };
  } finally {
    cancel();
  }
  erasing.catch((fault: unknown) =>
    log.error({ err: fault }, 'An erasing failed; the next round of maintenance goes on with it.'),
  );
  return { status: 202, body: { erasing: true } };
};
