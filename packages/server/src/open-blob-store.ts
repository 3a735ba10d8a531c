import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BlobStore, Clock, Secrets } from '@synckeep/core';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { prepareDataFolder } from './data-folder.js';
import { Refusal } from './refusal.js';

export interface BlobStoreParts {
  /** Where clients reach the operations, with the prefix. Asked for each signed URL. */
  readonly baseUrl: () => string;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** The folder that a location names. @throws Refusal */
const toFolder = (location: string): string => {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location) ?? [];
  if (scheme === undefined) return resolve(location);
  if (scheme.toLowerCase() === 'file' && URL.canParse(location)) return fileURLToPath(location);
  throw new Refusal(
    `${location} is no blob store that this program can open. Name a folder, such as /var/lib/synckeep/blobs.`,
  );
};

/**
 * Opens the blob store that a person named: the path of a folder, or its `file://` URL.
 * @param use `read`: it must be there; `write`: it is made when it is missing. @throws Refusal
 */
export const openBlobStore = (location: string, use: 'read' | 'write', parts: BlobStoreParts): BlobStore => {
  const folder = toFolder(location);
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (use === 'read' && !isThere) throw new Refusal(`There is no folder ${folder} to read blobs from.`);
  return createFilesystemBlobStore({ ...parts, folder: prepareDataFolder(folder) });
};
