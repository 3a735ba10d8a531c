import { afterAll, beforeAll, describe } from 'vitest';
import { describeAccount } from './account.js';
import { describeCrashes } from './crashes.js';
import { describeLoad } from './load.js';
import type { OpenedMoving } from './moving-ends.js';
import { describeMovedRecords } from './records.js';
import { describeRefusals } from './refusals.js';
import { describeMovedReleases } from './releases.js';
import { describeRoundTrip } from './round-trip.js';
import { describeUntil } from './until.js';

export interface MovingContract {
  /** Opens two empty, migrated places. Called more than once; each time they are others. */
  open(): Promise<OpenedMoving>;
  /** How many random histories are moved (default 20). */
  readonly runs?: number;
  /** To repeat a failure: the seed that it printed. */
  readonly seed?: number;
}

/**
 * Export and import from one storage into another: what a scope, an account or a server is in its new place, under load,
 * through crashes, and for streams that are no good.
 *
 *     describeMoving('memory → my database', { open: async () => ({ from, to, close }) });
 */
export const describeMoving = (name: string, contract: MovingContract): void => {
  describe(`moving: ${name}`, () => {
    let current: OpenedMoving | undefined;
    const opened = (): OpenedMoving => {
      if (current === undefined) throw new Error(`The places of ${name} are not open.`);
      return current;
    };
    beforeAll(async () => {
      current = await contract.open();
    });
    afterAll(async () => {
      await current?.close();
    });

    describeAccount(opened);
    describeLoad(opened);
    describeUntil(opened);
    describeMovedRecords(opened, contract.open);
    describeMovedReleases(opened);
    describeRefusals(opened);
    describeCrashes(opened);
    describeRoundTrip(opened, contract.runs ?? 20, contract.seed ?? Math.floor(Math.random() * 2 ** 31));
  });
};
