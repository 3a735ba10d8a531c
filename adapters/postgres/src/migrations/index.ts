import { createHash } from 'node:crypto';
import { sql as tables } from './0001-tables.js';
import { sql as functions } from './0002-functions.js';
import { sql as appendTogether } from './0003-append-together.js';
import { sql as compaction } from './0004-compaction.js';
import { sql as uniqueValues } from './0005-unique-values.js';
import { sql as touchedBlobs } from './0006-touched-blobs.js';

export interface Migration {
  /** 1, 2, 3, … without a gap. */
  readonly number: number;
  readonly name: string;
  /** `$schema` stands for the quoted name of the schema. */
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
  migration(1, 'tables', tables),
  migration(2, 'functions', functions),
  migration(3, 'append-together', appendTogether),
  migration(4, 'compaction', compaction),
  migration(5, 'unique-values', uniqueValues),
  migration(6, 'touched-blobs', touchedBlobs),
];

/** What the migrations are called, in their order: the first makes schema 1. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name);
