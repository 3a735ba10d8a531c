import { createHash } from 'node:crypto';
import { type FileHandle, link, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, verifiedChunks } from '@synckeep/core';
import { isDiskFault } from './disk-fault.js';
import { makeFolder, pruneFolders, syncFolders } from './folders.js';
import type { Incoming } from './incoming.js';
import { readObject, toTrailer } from './object-file.js';

export interface Upload {
  /** Of the object, below `top`. */
  readonly path: string;
  /** The folder of all objects, which is durable itself. */
  readonly top: string;
  readonly sizeBytes: number;
  /** 64 lower-case hex digits. */
  readonly hash: string;
}

/** How often a link is tried while deletions remove the folder that was just made for it. */
const linkAttempts = 20;

const verified = (chunks: AsyncIterable<Uint8Array>, upload: Upload): AsyncIterable<Uint8Array> =>
  verifiedChunks(chunks, upload, createHash('sha256'));

/** Writes a chunk while the next one is received and hashed. */
const writeAll = async (handle: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  let writing = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      await writing;
      writing = handle.writeFile(chunk);
      // Awaited later; until then a failure is not one that nobody handles.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
};

/** Gives a finished file its place. @returns false when there is an object already; that one stays. */
const linkOnce = async (from: string, path: string): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    await makeFolder(dirname(path));
    try {
      await link(from, path);
      return true;
    } catch (error) {
      if (isDiskFault(error, 'EEXIST')) return false;
      // A deletion found the new folder empty and removed it.
      if (!isDiskFault(error, 'ENOENT') || attempt === linkAttempts) throw error;
    }
  }
};

const publish = async (from: string, { path, top }: Upload): Promise<void> => {
  let isLinked = false;
  try {
    isLinked = await linkOnce(from, path);
    await syncFolders(dirname(path), top);
  } catch (error) {
    // Whether the entry survives a crash is unknown, and a second fsync would claim that it does.
    if (isLinked) await unlink(path);
    await pruneFolders(dirname(path), top);
    throw error;
  }
};

/**
 * Stores the bytes under their path, durably, before it resolves. An object that is there already is left alone and the
 * bytes are only compared. Whatever fails, nothing of the upload stays.
 * @throws SyncError `blob_mismatch` for other bytes than those announced, also when the connection ends early
 */
export const storeUpload = async (
  chunks: AsyncIterable<Uint8Array>,
  upload: Upload,
  incoming: Incoming,
  clock: Clock,
): Promise<void> => {
  if (await readObject(upload.path)) {
    for await (const _ of verified(chunks, upload));
    await syncFolders(dirname(upload.path), upload.top);
    return;
  }
  const file = await incoming.create();
  try {
    await writeAll(file.handle, verified(chunks, upload));
    await file.handle.writeFile(toTrailer(upload.hash));
    const seconds = clock.now() / 1000;
    await file.handle.utimes(seconds, seconds);
    await file.handle.sync();
    await publish(file.path, upload);
  } finally {
    await file.discard();
  }
};
