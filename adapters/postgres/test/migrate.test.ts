import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/database.js';
import { migrate } from '../src/migrate.js';
import { type Migration, migrations } from '../src/migrations/index.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';

/** What was released, by its hash: a migration never changes. */
const released = [
  ['tables', '74bf44fd2744c32c9550a29903b297d32e2378014b0b1d8c189e0c90a32643af'],
  ['functions', 'cd1e1679aa38b174b447e129268f8d9804f52fb36e3bad895bd4ba8ebf42460e'],
  ['append-together', 'ae0f03e8a8946d157aa85049c09b6622d8ae296ddf2a943ece51ebb9847e2400'],
  ['compaction', 'c95ff1d39039a8a6eb45e720b44ac6628597e88a20d570299c4fbfc017632f8e'],
  ['unique-values', 'e55030db91c48f4ed4c511901120bda584611fbe0134cd315912d46b6d46a7b6'],
  ['touched-blobs', '87acb1959b0bcffd832c9ba48c49b247353b8756a85971b07f78ca521d151e4c'],
];

describe('migrations', () => {
  let server: RunningPostgres;
  let pool: pg.Pool;
  let schema: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    schema = newSchema();
    pool = connect(server, schema).pool;
  });

  const run = (known?: readonly Migration[], on = pool) => migrate(createDatabase(on, schema), known);
  const applied = async (): Promise<number> =>
    (await pool.query(`SELECT count(*)::integer AS count FROM ${schema}.migration`)).rows[0].count;
  const next: Migration = {
    number: migrations.length + 1,
    name: 'next',
    sql: 'CREATE TABLE $schema.next (id integer)',
    hash: 'next',
  };

  it('keep the text that they were released with', () => {
    expect(migrations.map(({ name, hash }) => [name, hash])).toEqual(released);
  });

  it('are numbered without a gap', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('are applied once each, those that are new after those that are there', async () => {
    await run();
    await run();
    await run([...migrations, next]);
    await run([...migrations, next]);
    expect(await applied()).toBe(migrations.length + 1);
  });

  it('are counted by health, also before the first and after those of a newer release', async () => {
    const { storage } = connect(server, schema);
    expect(await storage.health()).toEqual({ schema: 0, newestSchema: migrations.length });
    await run([...migrations, next]);
    expect(await storage.health()).toEqual({ schema: next.number, newestSchema: migrations.length });
  });

  it('are safe when several nodes start at once', async () => {
    const nodes = Array.from({ length: 5 }, () => connect(server, schema).storage);
    await Promise.all(nodes.map((storage) => storage.migrate()));
    expect(await applied()).toBe(migrations.length);
  });

  it('live in a schema of any name, beside others', async () => {
    const { storage, pool: other } = connect(server, 'we"ird Schema');
    await Promise.all([storage.migrate(), run()]);
    await storage.health();
    await other.query('DROP SCHEMA "we""ird Schema" CASCADE');
  });

  it('need no right to make anything where nothing is to be made', async () => {
    await run();
    await pool.query(`CREATE ROLE reader_${schema} LOGIN`);
    await pool.query(`GRANT USAGE ON SCHEMA ${schema} TO reader_${schema}`);
    await pool.query(`GRANT SELECT ON ${schema}.migration TO reader_${schema}`);
    const reader = server.pool({ connectionString: server.url.replace('postgres@', `reader_${schema}@`) });
    await run(migrations, reader);
    await expect(run([...migrations, next], reader)).rejects.toThrow('permission denied');
  });

  it('refuse a database of a newer release with one sentence', async () => {
    await run([...migrations, next]);
    await expect(run()).rejects.toThrow(
      `The database has schema ${next.number} and this release of Synckeep knows schema ${migrations.length}: start a newer release.`,
    );
  });

  it('refuse a database that was migrated with another text', async () => {
    await run();
    await pool.query(`UPDATE ${schema}.migration SET hash = 'other' WHERE number = 1`);
    await expect(run()).rejects.toThrow('Migration 1 (tables) was applied to this database with another text');
  });

  it('refuse a database that lacks one', async () => {
    await run([...migrations, next]);
    await pool.query(`DELETE FROM ${schema}.migration WHERE number = 1`);
    await expect(run([...migrations, next])).rejects.toThrow('lacks its migration 1 (tables)');
  });

  it('refuse a database whose transactions see what was committed only before they began', async () => {
    const strict = server.pool({ options: '-c default_transaction_isolation=serializable' });
    await expect(run(migrations, strict)).rejects.toThrow(
      'The database has default_transaction_isolation = serializable, but Synckeep needs read committed',
    );
  });

  it('leave nothing behind when one fails', async () => {
    const broken = { ...next, sql: 'CREATE TABLE $schema.next (id integer); nonsense' };
    await expect(run([...migrations, broken])).rejects.toThrow('syntax error');
    const { rows } = await pool.query('SELECT to_regnamespace($1) AS found', [schema]);
    expect(rows).toEqual([{ found: null }]);
  });
});
