import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../refusal.js';
import { damaged } from './damage.js';
import { fileSchema } from './files.js';
import type { Repository } from './repository.js';

/**
 * What a backup is, in a file that everybody who reaches the place may read: hashes, sizes and counts. Its name is made
 * from its own bytes, so a changed one is noticed. Whatever an older release could not read has another number.
 */
const manifestSchema = z.strictObject({
  synckeep_backup: z.literal(1),
  /** The moment that it stands for: of an export, when it began. */
  taken_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  /** Of the program. */
  release: z.string(),
  database: z.strictObject({
    /** `sqlite`: a copy of the database file. `pg_dump`: its custom format. `export`: what `synckeep export` writes. */
    form: z.enum(['sqlite', 'pg_dump', 'export']),
    /** Of PostgreSQL. */
    schema: z.string().nullable(),
    file: fileSchema,
  }),
  /** The signing secrets of a data folder. */
  secret: fileSchema.nullable(),
  /** Lines of what the database has in the blob store: `object_key`, `hash`, `size_bytes`, in order of hash. */
  objects: fileSchema,
  blobs: z.strictObject({
    count: z.int().min(0),
    size_bytes: z.int().min(0),
    /** Those that the database names and the blob store did not have, or had damaged. */
    lost: z.int().min(0),
    /** Their hashes, 32 bytes each, in order and in clear, so that what is no longer needed can be told without a key. */
    hashes: fileSchema,
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface Snapshot {
  /** `20260313t040000123z-0123456789ab`: when it was taken, and the hash of its manifest. In order of time. */
  readonly id: string;
  readonly manifest: Manifest;
}

const prefix = 'snapshots/';
const idPattern = /^[0-9]{8}t[0-9]{9}z-[0-9a-f]{12}$/;

const toText = (manifest: Manifest): string => `${JSON.stringify(manifest)}\n`;

const toId = (manifest: Manifest, text: string): string => {
  const time = manifest.taken_at.replaceAll(/[-:.]/g, '').toLowerCase();
  return `${time}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
};

/** The last step of a backup: from here on it is there. */
export const writeSnapshot = async (repository: Repository, manifest: Manifest): Promise<Snapshot> => {
  const text = toText(manifest);
  const id = toId(manifest, text);
  await repository.putClear(prefix + id, new TextEncoder().encode(text));
  return { id, manifest };
};

const readSnapshot = async (repository: Repository, id: string): Promise<Snapshot> => {
  const bytes = await repository.getClear(prefix + id);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const manifest = manifestSchema.parse(JSON.parse(text));
    if (toId(manifest, text) !== id) throw new Error('Its name is of other bytes.');
    return { id, manifest };
  } catch (error) {
    throw damaged(prefix + id, 'is damaged, or of a newer release', error);
  }
};

/** Ids, oldest first. */
export const snapshotIds = async (repository: Repository): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const name of repository.names(prefix)) ids.push(name.slice(prefix.length));
  return ids;
};

/** Every snapshot, oldest first. @throws DamageError when one cannot be read. */
export const listSnapshots = async (repository: Repository): Promise<readonly Snapshot[]> => {
  const snapshots: Snapshot[] = [];
  for (const id of await snapshotIds(repository)) snapshots.push(await readSnapshot(repository, id));
  return snapshots;
};

/** The newest one, or the one that is meant. @throws Refusal when there is none. */
export const findSnapshot = async (repository: Repository, id?: string): Promise<Snapshot> => {
  const ids = await snapshotIds(repository);
  const newest = ids.at(-1);
  if (newest === undefined) throw new Refusal(`There are no backups in ${repository.shown}.`);
  if (id === undefined) return readSnapshot(repository, newest);
  const found = ids.filter((each) => each === id || (id.length >= 8 && each.startsWith(id)));
  if (found.length === 1 && found[0] !== undefined) return readSnapshot(repository, found[0]);
  throw new Refusal(
    found.length === 0
      ? `There is no backup ${idPattern.test(id) ? id : `"${id}"`} in ${repository.shown}. See "synckeep backup list".`
      : `More than one backup begins with ${id}. Say more of its id.`,
  );
};

export const deleteSnapshot = (repository: Repository, id: string): Promise<void> => repository.delete(prefix + id);
