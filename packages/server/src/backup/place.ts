import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BlobStore, type Log, systemClock } from '@synckeep/core';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { type BlobPlace, showBlobPlace } from '../blob-place.js';
import type { Closeable } from '../closing.js';
import { openBlobs } from '../open-blobs.js';
import { partSettings } from '../part-settings.js';
import { Refusal } from '../refusal.js';
import { toSource } from '../setting.js';

/** Where backups are kept. It stores what a blob store stores: objects that are whole and durable, or not there. */
export interface OpenedPlace extends Closeable {
  readonly store: BlobStore;
  /** For people and logs: without credentials. */
  readonly shown: string;
  readonly place: BlobPlace;
  /** Whether a file may fail to come though nothing is wrong with it. */
  readonly isRemote: boolean;
  /** A sentence for an error of the place that an operator can help. */
  explain(error: unknown): string | undefined;
}

const source = `the argument, ${toSource(partSettings.backup)}`;
const nobody = { baseUrl: () => '', secrets: { list: () => [] } };

/** A folder to read from needs nothing but that: it may be on a read-only disk. */
const openFolderToRead = (path: string): BlobStore => {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Refusal(`There is no folder ${folder}, so there are no backups in it. Correct ${source}.`);
  }
  return createFilesystemBlobStore({ ...nobody, folder, clock: systemClock });
};

/** @throws Refusal when the place cannot be used. */
export const openPlace = async (place: BlobPlace, use: 'read' | 'write', log: Log): Promise<OpenedPlace> => {
  const shown = showBlobPlace(place);
  if (use === 'read' && place.kind === 'folder') {
    const store = openFolderToRead(place.path);
    return { store, shown, place, isRemote: false, explain: () => undefined, async close() {} };
  }
  const opened = await openBlobs({ ...nobody, place, source, log });
  try {
    await opened.check();
  } catch (error) {
    await opened.close();
    throw error;
  }
  const { blobStore: store, explain, close } = opened;
  return { store, shown, place, isRemote: place.kind === 's3', explain, close };
};
