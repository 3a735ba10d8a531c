import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@synckeep/core';
import { isDiskFault } from './disk-fault.js';
import { makeFolder } from './folders.js';

/** A file that is being written. */
export interface IncomingFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Closes and removes it; safe to repeat. */
  discard(): Promise<void>;
}

/** The folder of unfinished uploads, on the same file system as the objects. Several processes may share it. */
export interface Incoming {
  create(): Promise<IncomingFile>;
  /** Removes what a crashed process left: files that were begun more than a day ago and are not of this process. */
  sweep(): Promise<void>;
  /** Does with a small file all that an upload does. @throws when one of the steps fails. */
  probe(): Promise<void>;
}

const lifetime = 24 * 60 * 60 * 1000;
const namePattern = /^([0-9]{1,16})-[0-9a-f-]{36}\.part(?:\.link)?$/;

export const createIncoming = (folder: string, clock: Clock): Incoming => {
  const active = new Set<string>();

  const create = async (): Promise<IncomingFile> => {
    await makeFolder(folder);
    const name = `${clock.now()}-${randomUUID()}.part`;
    const path = join(folder, name);
    active.add(name);
    let handle: FileHandle;
    try {
      handle = await open(path, 'wx', 0o600);
    } catch (error) {
      active.delete(name);
      throw error;
    }
    return {
      path,
      handle,
      async discard() {
        try {
          await handle.close();
        } finally {
          await rm(path, { force: true });
          active.delete(name);
        }
      },
    };
  };

  const namesHere = async (): Promise<readonly string[]> => {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isDiskFault(error, 'ENOENT')) return [];
      throw error;
    }
  };

  return {
    create,

    async sweep() {
      const before = clock.now() - lifetime;
      for (const name of await namesHere()) {
        const begun = namePattern.exec(name)?.[1];
        if (begun === undefined || active.has(name) || Number(begun) >= before) continue;
        await rm(join(folder, name), { force: true });
      }
    },

    async probe() {
      const file = await create();
      const twin = `${file.path}.link`;
      try {
        await file.handle.writeFile(file.path);
        await file.handle.sync();
        await link(file.path, twin);
        const text = await readFile(twin, 'utf8');
        await unlink(twin);
        if (text !== file.path) throw new Error('The blob folder does not give back what was written.');
      } finally {
        await file.discard();
      }
    },
  };
};
