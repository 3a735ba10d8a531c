import { join } from 'node:path';
import { type BlobPlace, showBlobPlace } from '../blob-place.js';
import type { ComposeOptions } from '../compose.js';
import { compose } from '../compose.js';
import { openBlobs } from '../open-blobs.js';
import { partSettings } from '../part-settings.js';
import { toSource } from '../setting.js';
import { readFile } from './files.js';
import type { FinishReport } from './finish-restore.js';
import { createObjectList, fromLines } from './objects.js';
import type { Repository } from './repository.js';
import { restoreBlobs } from './restore-blobs.js';
import type { BringOptions, RestoreTarget } from './restore-target.js';
import type { Snapshot } from './snapshots.js';

export interface RestoreReport extends FinishReport {
  readonly blobs: number;
  readonly blobBytes: number;
  /** Of the backup: those that it could not have. */
  readonly lostBlobs: number;
}

export interface RestoreOptions {
  readonly repository: Repository;
  readonly snapshot: Snapshot;
  readonly target: RestoreTarget;
  /** Where the person said that everything is to be kept. */
  readonly parts: Omit<ComposeOptions, 'baseUrl' | 'pageUrl' | 'rateLimit'>;
  readonly onProgress?: (bytes: number) => void;
}

const nobody = { baseUrl: () => '', pageUrl: () => '', rateLimit: 'off' } as const;

/**
 * Brings a backup into an empty place: first the blobs, then the database, which nobody can use before every log has a
 * new epoch and whoever was erased since is erased again. Safe to repeat after whatever ended it.
 * @throws Refusal when something is there already, DamageError that names a file
 */
export const restore = async (options: RestoreOptions): Promise<RestoreReport> => {
  const { repository, snapshot, target, parts, onProgress = () => {} } = options;
  const { manifest } = snapshot;
  await target.check(snapshot);
  const place: BlobPlace = parts.blobs ?? { kind: 'folder', path: join(parts.dataDir, 'blobs') };
  const source = toSource(parts.blobs ? partSettings.blobs : partSettings.dataDir);
  const opened = await openBlobs({ ...nobody, secrets: { list: () => [] }, place, source, log: parts.log });
  const list = createObjectList();
  try {
    await opened.check();
    const chunks = readFile(repository, 'sealed', manifest.objects);
    for await (const object of fromLines(chunks)) list.add(object);
    const to = { store: opened.blobStore, shown: showBlobPlace(place) };
    const { blobs, bytes: blobBytes } = await restoreBlobs(repository, list, to, onProgress);
    const composeAt: BringOptions['composeAt'] = async (over, work) => {
      // The erasures that are made here again are recorded already.
      const composition = await compose({ ...parts, blobs: place, backup: undefined, ...nobody, ...over });
      try {
        return await work(composition);
      } finally {
        await composition.close();
      }
    };
    const report = await target.bring({ repository, snapshot, composeAt });
    return { ...report, blobs, blobBytes, lostBlobs: manifest.blobs.lost };
  } finally {
    list.close();
    await opened.close();
  }
};
