import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';

/** Bytes as text and as digits, so that a text is found in them either way. */
const printable = (_: string, value: unknown): unknown => {
  const isBytes = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  if (!isBytes || !('data' in value) || !Array.isArray(value.data)) return value;
  const bytes = Buffer.from(value.data);
  return `${bytes.toString('latin1')} ${bytes.toString('hex')}`;
};

/** Every row of every table of a SQLite database, as text. */
export const dumpSqlite = (file: string): string => {
  const database = new Database(file, { readonly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return JSON.stringify(
      tables.map((table) => [table, database.prepare(`SELECT * FROM "${table}"`).all()]),
      printable,
    );
  } finally {
    database.close();
  }
};

/** Every row of every table of a PostgreSQL database, of whatever schema, as text. */
export const dumpPostgres = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const tables: unknown[] = [];
    for (const { name } of rows) tables.push([name, (await client.query(`SELECT * FROM ${name}`)).rows]);
    return JSON.stringify(tables, printable);
  } finally {
    await client.end();
  }
};

/** The bytes of every file of a folder, as text: what a table no longer shows is perhaps still there. */
export const readFiles = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
