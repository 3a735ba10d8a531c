import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectKey, type ListedObject } from '@synckeep/core';
import { isDiskFault } from './disk-fault.js';
import { fromFileName, fromFolderName, toObjectPath } from './object-path.js';

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** The part of the key. */
  readonly part: string;
}

const toEntry = (dirent: Dirent): Entry | null => {
  const { name } = dirent;
  const isFolder = dirent.isDirectory();
  const part = isFolder ? fromFolderName(name) : fromFileName(name);
  return part === null ? null : { name, isFolder, part };
};

/** null when something removed it meanwhile. */
const unlessGone = async <T>(pending: Promise<T>): Promise<T | null> => {
  try {
    return await pending;
  } catch (error) {
    if (isDiskFault(error, 'ENOENT')) return null;
    throw error;
  }
};

const entriesOf = async (folder: string): Promise<readonly Entry[]> => {
  const dirents = (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? [];
  const entries = dirents.map(toEntry).filter((entry) => entry !== null);
  return entries.sort((a, b) => (a.part < b.part ? -1 : 1));
};

/** Whether every key that begins with `start` comes at or before `after`. */
const isPast = (start: string, isFolder: boolean, after: string): boolean =>
  start <= after && !(isFolder && after.startsWith(start));

/**
 * The objects below `root` in order of key. Reads only the folders on the way to what it yields, and what it did not
 * write itself it leaves out.
 */
export async function* listObjects(root: string, after: string | null): AsyncGenerator<ListedObject> {
  async function* walk(folder: string, start: string): AsyncGenerator<ListedObject> {
    for (const { name, isFolder, part } of await entriesOf(folder)) {
      const key = start + part;
      if (after !== null && isPast(key, isFolder, after)) continue;
      const path = join(folder, name);
      if (isFolder) {
        yield* walk(path, key);
      } else if (isObjectKey(key) && join(root, toObjectPath(key)) === path) {
        const found = await unlessGone(stat(path));
        if (found?.isFile()) yield { objectKey: key, modifiedAt: Math.floor(found.mtimeMs) };
      }
    }
  }
  yield* walk(root, '');
}
