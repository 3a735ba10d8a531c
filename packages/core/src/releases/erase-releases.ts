import type { BlobStore, Clock, Log, Records } from '../ports/index.js';
import { deleteArtifacts } from './objects.js';
import { releaseKind } from './release.js';
import { downloadsKind, publisherKind, slugKind, updateKeyKind } from './small-kinds.js';

const step = 100;

/** Everything about the updates of an app, after its record is gone: then nothing new can be made for it (P-92). */
export const eraseReleases = async (
  appId: string,
  deps: { readonly records: Records; readonly blobStore: BlobStore; readonly clock: Clock; readonly log: Log },
): Promise<void> => {
  const { records, clock } = deps;

  /** Not through a collection: it leaves expired records out. */
  const drop = async (kind: string, key: string): Promise<void> => {
    await records.transact([{ write: 'delete', kind, key, condition: 'any' }], clock.now());
  };

  for (const { name } of [publisherKind, slugKind, releaseKind, downloadsKind]) {
    for (;;) {
      const found = await records.find(name, 'app', appId, { after: null, limit: step });
      if (found.length === 0) break;
      for (const { key, value } of found) {
        await drop(name, key);
        if (name === releaseKind.name) await deleteArtifacts(releaseKind.schema.parse(value).artifacts, deps);
      }
    }
  }
  await drop(updateKeyKind.name, appId);
};
