import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the entries of a folder durable. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
