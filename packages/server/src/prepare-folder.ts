import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf, Refusal } from './refusal.js';
import { syncFolder } from './sync-folder.js';

const sentences: Readonly<Record<string, string>> = {
  EEXIST: 'is a file. Name a folder',
  ENOTDIR: 'lies below a file. Name a folder',
  EACCES: 'cannot be written by this user. Change its owner or name another folder',
  EPERM: 'cannot be written by this user. Change its owner or name another folder',
  EROFS: 'is on a read-only file system. Name another folder',
  ENOENT: 'cannot be made. Name another folder',
};

/** Not the recursive form of Node, which never returns where a folder is there and lets nothing be made (`/proc`). */
const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
    // Else a power cut could take the folder with everything that was acknowledged in it.
    syncFolder(dirname(folder));
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

/**
 * Makes a folder, for its owner only, when it is missing. A folder that is there keeps its mode.
 * @param source what names it, such as `SYNCKEEP_DATA_DIR or --data-dir`.
 * @returns its absolute path. @throws Refusal when it cannot be used.
 */
export const prepareFolder = (path: string, source: string): string => {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Refusal(`The folder ${folder} ${sentences['EEXIST']}.`);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    const sentence = sentences[codeOf(error)];
    if (sentence === undefined) throw error;
    throw new Refusal(`The folder ${folder} ${sentence} with ${source}.`, { cause: error });
  }
};
