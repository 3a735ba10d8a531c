import { hashOfPart } from './blobs.js';
import { forgetErasures } from './erasures.js';
import { readFile, toChunkKey } from './files.js';
import { lockPlace } from './lock.js';
import { fromHashes } from './objects.js';
import type { Repository } from './repository.js';
import { chooseKept, type Retention } from './retention.js';
import { deleteSnapshot, listSnapshots, type Snapshot } from './snapshots.js';

export interface PruneReport {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  /** Files that no kept backup needs. */
  readonly files: number;
}

/** Whether some of the backups names each of the hashes that are asked for, which come in order. Holds one hash of each. */
const createBlobNeed = async (repository: Repository, snapshots: readonly Snapshot[]) => {
  const lists = await Promise.all(
    snapshots.map(async ({ manifest }) => {
      const hashes = fromHashes(readFile(repository, 'clear', manifest.blobs.hashes));
      return { hashes, at: await hashes.next() };
    }),
  );
  return async (hash: string): Promise<boolean> => {
    let isNeeded = false;
    for (const list of lists) {
      while (!list.at.done && list.at.value < hash) list.at = await list.hashes.next();
      if (!list.at.done && list.at.value === hash) isNeeded = true;
    }
    return isNeeded;
  };
};

const removeBlobs = async (repository: Repository, kept: readonly Snapshot[]): Promise<number> => {
  const isNeeded = await createBlobNeed(repository, kept);
  let count = 0;
  let last = { hash: '', isNeeded: true };
  for await (const name of repository.names('blobs/')) {
    const hash = hashOfPart(name);
    if (hash === null) continue;
    if (hash !== last.hash) last = { hash, isNeeded: await isNeeded(hash) };
    if (last.isNeeded) continue;
    await repository.delete(name);
    count += 1;
  }
  return count;
};

const removeChunks = async (repository: Repository, kept: readonly Snapshot[]): Promise<number> => {
  const needed = new Set<string>();
  for (const { manifest } of kept) {
    const { database, secret, objects, blobs } = manifest;
    for (const file of [database.file, objects, ...(secret ? [secret] : [])]) {
      for (const chunk of file.chunks) needed.add(toChunkKey('sealed', chunk));
    }
    for (const chunk of blobs.hashes.chunks) needed.add(toChunkKey('clear', chunk));
  }
  let count = 0;
  for (const prefix of ['chunks/', 'lists/']) {
    for await (const name of repository.names(prefix)) {
      if (needed.has(name)) continue;
      await repository.delete(name);
      count += 1;
    }
  }
  return count;
};

const takenAt = ({ manifest }: Snapshot): number => Date.parse(manifest.taken_at);

/**
 * Removes the backups that the retention does not keep, then whatever no kept one needs. Killed at any moment it leaves
 * every kept backup whole, and the next one removes the rest.
 * @throws DamageError, with nothing removed, when it cannot be told what a backup needs.
 */
export const prune = async (repository: Repository, retention: Retention): Promise<PruneReport> => {
  const lock = await lockPlace(repository);
  try {
    const snapshots = await listSnapshots(repository);
    const dated = snapshots.map((snapshot) => ({ snapshot, takenAt: takenAt(snapshot) }));
    const chosen = new Set([...chooseKept(dated, retention)].map(({ snapshot }) => snapshot));
    const kept = snapshots.filter((snapshot) => chosen.has(snapshot));
    const removed = snapshots.filter((snapshot) => !chosen.has(snapshot));
    for (const { id } of removed) await deleteSnapshot(repository, id);
    const blobs = await removeBlobs(repository, kept);
    const chunks = await removeChunks(repository, kept);
    const erasures = kept.length === 0 ? 0 : await forgetErasures(repository, Math.min(...kept.map(takenAt)));
    return { kept: kept.map(({ id }) => id), removed: removed.map(({ id }) => id), files: blobs + chunks + erasures };
  } finally {
    await lock.release();
  }
};
