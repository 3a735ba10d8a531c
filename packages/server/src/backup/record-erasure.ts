import type { Log, Records } from '@synckeep/core';
import type { BlobPlace } from '../blob-place.js';
import { newErasures, recordErasures, recordedErasures } from './erasures.js';
import { openPlace } from './place.js';
import { headerKey, openRepository } from './repository.js';

const noKeys = { recipients: [], identities: [], passphrase: null };

/**
 * Records what was erased beside the backups, as soon as it was, so that no restore brings it back. Where that does not
 * succeed the next backup does it.
 */
export const createErasureRecord =
  (deps: { readonly place: BlobPlace | undefined; readonly records: Records; readonly log: Log }) =>
  async (): Promise<void> => {
    const { place, records, log } = deps;
    if (place === undefined) return;
    try {
      const opened = await openPlace(place, 'write', log);
      try {
        // Before the first backup there is nothing that an erasure could come back from.
        if ((await opened.store.inspect(headerKey, -1)) === null) return;
        const repository = await openRepository(opened, noKeys, 'look');
        await recordErasures(repository, await newErasures(records, await recordedErasures(repository)));
      } finally {
        await opened.close();
      }
    } catch (error) {
      log.error({ err: error }, 'An erasure could not be recorded beside the backups; the next backup tries again.');
    }
  };
