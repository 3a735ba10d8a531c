import { afterAll, beforeAll, describe } from 'vitest';
import { describeModel } from '../model/model.js';
import { describeCollection } from './blobs/collection.js';
import { describeConfirmation } from './blobs/confirmation.js';
import { describeDiscarded } from './blobs/discarded.js';
import { describeBlobQuota } from './blobs/quota.js';
import { describeReservation } from './blobs/reservation.js';
import { describeReservationBounds } from './blobs/reservation-bounds.js';
import { describeHorizon } from './compaction/horizon.js';
import { describePushers } from './compaction/pushers.js';
import { describeReaders } from './compaction/readers.js';
import { describeSuperseded } from './compaction/superseded.js';
import { describeTombstones } from './compaction/tombstones.js';
import { describeUpheavals } from './compaction/upheavals.js';
import { describeRegistration } from './devices/registration.js';
import { describeRemoval } from './devices/removal.js';
import { describeRenaming } from './devices/renaming.js';
import { describeAbort } from './keys/abort.js';
import { describeBegin } from './keys/begin.js';
import { describeComplete } from './keys/complete.js';
import { describeEntries } from './keys/entries.js';
import { describeEnvelope } from './keys/envelope.js';
import { describeKeyHistory } from './keys/history.js';
import { describeHistoryBound } from './keys/history-bound.js';
import { describeRotate } from './keys/rotate.js';
import { describeAppend } from './log/append.js';
import { describeBase } from './log/base.js';
import { describeConcurrency } from './log/concurrency.js';
import { describeCursorExpiry } from './log/cursor-expiry.js';
import { describeForeign } from './log/foreign.js';
import { describeForgottenBatches } from './log/forgotten-batches.js';
import { describeIdempotency } from './log/idempotency.js';
import { describeKeyVersions } from './log/key-versions.js';
import { describeLateCommit } from './log/late-commit.js';
import { describeOwnChanges } from './log/own-changes.js';
import { describePaging } from './log/paging.js';
import { describePresentedPlaces } from './log/presented-places.js';
import { describeQuota } from './log/quota.js';
import { describeReset } from './log/reset.js';
import { describeSignals } from './log/signals.js';
import { describeStatus } from './log/status.js';
import type { OpenedStorage } from './opened-storage.js';
import { describeAll } from './records/all.js';
import { describeConditions } from './records/conditions.js';
import { describeFind } from './records/find.js';
import { describeFindByPrefix } from './records/find-by-prefix.js';
import { describeSweep } from './records/sweep.js';
import { describeTransact } from './records/transact.js';
import { describeUnique } from './records/unique.js';
import { describeAbandon } from './transfer/abandon.js';
import { describeBringing } from './transfer/bringing.js';
import { describeHead } from './transfer/head.js';
import { describeHeld } from './transfer/held.js';
import { describeMoved } from './transfer/moved.js';
import { describeParts } from './transfer/parts.js';
import { describePublish } from './transfer/publish.js';
import { describeErase } from './whole/erase.js';
import { describeIsolation } from './whole/isolation.js';
import { describeMigrate } from './whole/migrate.js';
import { describeScopes } from './whole/scopes.js';
import { describeTotals } from './whole/totals.js';

const ports = {
  'change log': [
    describeAppend,
    describeIdempotency,
    describeForgottenBatches,
    describeKeyVersions,
    describeBase,
    describeQuota,
    describePaging,
    describeOwnChanges,
    describePresentedPlaces,
    describeCursorExpiry,
    describeStatus,
    describeSignals,
    describeForeign,
    describeConcurrency,
    describeLateCommit,
    describeReset,
  ],
  compaction: [
    describeSuperseded,
    describeHorizon,
    describeTombstones,
    describeReaders,
    describePushers,
    describeUpheavals,
  ],
  'device store': [describeRegistration, describeRenaming, describeRemoval],
  'key store': [
    describeEnvelope,
    describeKeyHistory,
    describeHistoryBound,
    describeBegin,
    describeEntries,
    describeRotate,
    describeComplete,
    describeAbort,
  ],
  'blob index': [
    describeReservation,
    describeReservationBounds,
    describeBlobQuota,
    describeConfirmation,
    describeDiscarded,
    describeCollection,
  ],
  records: [
    describeTransact,
    describeConditions,
    describeUnique,
    describeFind,
    describeFindByPrefix,
    describeAll,
    describeSweep,
  ],
  transfer: [
    describeHead,
    describeParts,
    describeBringing,
    describeHeld,
    describePublish,
    describeAbandon,
    describeMoved,
  ],
  storage: [describeMigrate, describeScopes, describeTotals, describeErase, describeIsolation],
};

export interface StorageContract {
  /** Opens an empty store; called once for the whole suite. Every test makes scopes of its own in it. */
  open(): Promise<OpenedStorage>;
  /** How many random histories are compared with the model of the log (default 60). */
  readonly modelRuns?: number;
  /** To repeat a failure: the seed that it printed. */
  readonly modelSeed?: number;
}

/**
 * The contract of every storage port: each promise of the doc comments in `@synckeep/core`, and a model of the log.
 *
 *     describeStorage('my database', { open: async () => ({ storage, other, stall, close }) });
 */
export const describeStorage = (name: string, contract: StorageContract): void => {
  describe(`storage: ${name}`, () => {
    let current: OpenedStorage | undefined;
    const opened = (): OpenedStorage => {
      if (current === undefined) throw new Error(`The storage ${name} is not open.`);
      return current;
    };

    beforeAll(async () => {
      current = await contract.open();
    });
    afterAll(async () => {
      await current?.close();
    });

    for (const [port, concerns] of Object.entries(ports)) {
      describe(port, () => {
        for (const describeConcern of concerns) describeConcern(opened);
      });
    }
    describeModel(opened, { runs: contract.modelRuns ?? 60, seed: contract.modelSeed });
  });
};
