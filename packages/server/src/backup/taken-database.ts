import type { Storage } from '@synckeep/core';
import type { Closeable } from '../closing.js';
import type { Manifest } from './snapshots.js';

export type DatabaseForm = Manifest['database']['form'];

export interface TakeOptions {
  /** A folder for this only, with room for a copy of a SQLite database. */
  readonly scratch: string;
  /** `export`: the stream that every kind of database reads, also where the database has a form of its own. */
  readonly form: 'own' | 'export';
}

/** A database as it was at one moment, while others go on writing. */
export interface TakenDatabase extends Closeable {
  readonly form: DatabaseForm;
  /** Why it is not the form that the database has of its own; null when it is, or was not wanted. */
  readonly reason: string | null;
  readonly schema: string | null;
  /** Of that moment, to be read only. */
  readonly storage: Storage;
  /** The bytes to keep. null: the export of `storage`. */
  readonly bytes: (() => AsyncIterable<Uint8Array>) | null;
}

export type TakeDatabase = (options: TakeOptions) => Promise<TakenDatabase>;
