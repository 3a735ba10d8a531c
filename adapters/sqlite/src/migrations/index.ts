import { createHash } from 'node:crypto';
import { sql as initial } from './0001-initial.js';
import { sql as imports } from './0002-imports.js';
import { sql as compaction } from './0003-compaction.js';
import { sql as blobTouches } from './0004-blob-touches.js';

export interface Migration {
  /** 1, 2, 3, … without a gap. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the SQL text in hex: what was applied must never change. */
  readonly hash: string;
}

const migration = (number: number, name: string, sql: string): Migration => ({
  number,
  name,
  sql,
  hash: createHash('sha256').update(sql).digest('hex'),
});

/** Append only: a migration that was released is never edited. */
export const migrations: readonly Migration[] = [
  migration(1, 'initial', initial),
  migration(2, 'imports', imports),
  migration(3, 'compaction', compaction),
  migration(4, 'blob-touches', blobTouches),
];

/** What the migrations are called, in their order: the first makes schema 1. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name);
