import type { Database, Query } from './database.js';
import { type Migration, migrations } from './migrations/index.js';
import { codeOf } from './trouble.js';

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly hash: string;
}

/** @throws Error with one sentence for an operator when this release must not touch the database. */
const checkApplied = (applied: readonly Applied[], known: readonly Migration[]): void => {
  const newest = applied.at(-1)?.number ?? 0;
  if (newest > known.length) {
    throw new Error(
      `The database has schema ${newest} and this release of Synckeep knows schema ${known.length}: start a newer release.`,
    );
  }
  for (const { number, name, hash } of known.slice(0, newest)) {
    const found = applied.find((row) => row.number === number);
    if (!found) throw new Error(`The database has schema ${newest}, but lacks its migration ${number} (${name}).`);
    if (found.hash !== hash) {
      throw new Error(
        `Migration ${number} (${name}) was applied to this database with another text than this release has.`,
      );
    }
  }
};

const requirements = [
  ['server_encoding', 'UTF8', 'other encodings cannot hold every text'],
  ['default_transaction_isolation', 'read committed', 'a push relies on seeing what was committed before it'],
] as const;

/** @throws Error that says what to change when the database has a setting that would break a promise. */
const checkSettings = async (query: Query): Promise<void> => {
  for (const [name, value, reason] of requirements) {
    const [row] = await query<{ setting: string }>('SELECT current_setting($1) AS setting', [name]);
    if (row?.setting === value) continue;
    throw new Error(`The database has ${name} = ${row?.setting}, but Synckeep needs ${value}, because ${reason}.`);
  }
  const [row] = await query<{ version: number }>(`SELECT current_setting('server_version_num')::integer AS version`);
  if ((row?.version ?? 0) < 130_000) throw new Error('Synckeep needs PostgreSQL 13 or newer.');
};

const apply = async (query: Query, schema: string, known: readonly Migration[]): Promise<void> => {
  const table = `${schema}.migration`;
  const [there] = await query<{ hasSchema: boolean; hasTable: boolean }>(
    `SELECT to_regnamespace($1) IS NOT NULL AS "hasSchema", to_regclass($2) IS NOT NULL AS "hasTable"`,
    [schema, table],
  );
  if (!there?.hasSchema) await query(`CREATE SCHEMA ${schema}`);
  if (!there?.hasTable) {
    await query(`CREATE TABLE ${table} (
      number integer PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    )`);
  }
  const applied = await query<Applied>(`SELECT number, name, hash FROM ${table} ORDER BY number`);
  checkApplied(applied, known);
  for (const { number, name, sql, hash } of known.slice(applied.length)) {
    await query(sql.replaceAll('$schema', () => schema));
    await query(`INSERT INTO ${table} (number, name, hash) VALUES ($1, $2, $3)`, [number, name, hash]);
  }
};

/** A schema or a table that is not there. */
const isMissing = (error: unknown): boolean => /^(?:3F000|42P01)$/.test(codeOf(error));

/** The number of the newest migration of the database; 0 before the first one. */
export const schemaOf = async ({ query, schema }: Database): Promise<number> => {
  try {
    const [row] = await query<{ newest: number | null }>(`SELECT max(number) AS newest FROM ${schema}.migration`);
    return row?.newest ?? 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
};

/** Nobody else takes advisory locks of this class. */
export const lockClass = 0x53594e43;

/**
 * Brings the schema to the newest form, in one transaction. Two callers at once are safe: the second one waits for the
 * lock and then finds nothing to do. Where nothing is to be done, nothing is needed but the right to read.
 */
export const migrate = async (database: Database, known: readonly Migration[] = migrations): Promise<void> => {
  const { schema } = database;
  await database.prepare(async (query) => {
    await checkSettings(query);
    // Ends with the transaction, so that it also works through a pooler.
    await query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [lockClass, schema]);
    await apply(query, schema, known);
  });
};
