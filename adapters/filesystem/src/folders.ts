import { mkdir, open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDiskFault } from './disk-fault.js';

/** With everything above it that is missing; for the owner only. @returns the topmost one that was made; null when none was. */
export const makeFolder = async (folder: string): Promise<string | null> =>
  (await mkdir(folder, { recursive: true, mode: 0o700 })) ?? null;

/** Makes the entries of one folder durable. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** `folder` and those above it, up to and with `top`. */
const upTo = (folder: string, top: string): readonly string[] => {
  const folders = [folder];
  for (let at = folder; at !== top && at !== dirname(at); ) {
    at = dirname(at);
    folders.push(at);
  }
  return folders;
};

/**
 * Makes the path from `top` to `folder` durable. Every folder of it, also one that was there before: another upload may
 * have made it a moment ago and not have come this far.
 */
export const syncFolders = async (folder: string, top: string): Promise<void> => {
  await Promise.all(upTo(folder, top).map(syncFolder));
};

/** Removes `folder` and those above it, below `top`, as long as they are empty. */
export const pruneFolders = async (folder: string, top: string): Promise<void> => {
  for (const each of upTo(folder, top).slice(0, -1)) {
    try {
      await rmdir(each);
    } catch (error) {
      if (isDiskFault(error, 'ENOTEMPTY') || isDiskFault(error, 'EEXIST')) return;
      if (!isDiskFault(error, 'ENOENT')) throw error;
    }
  }
};
