// The stores that the benchmark of compaction fills: a SQLite file, or a PostgreSQL server of its own.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStorage } from '@synckeep/postgres';
import { openPostgres } from '@synckeep/postgres/open';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import { startPostgres } from '../scripts/fleet/postgres.mjs';

export const openSqliteStore = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
  const path = join(folder, 'synckeep.db');
  const database = openSqlite(path);
  const storage = createSqliteStorage({ database });
  return {
    storage,
    measured: 'file',
    async setDurable(isDurable) {
      database.pragma(`synchronous = ${isDurable ? 'FULL' : 'OFF'}`);
    },
    async bytes() {
      database.pragma('wal_checkpoint(TRUNCATE)');
      return statSync(path).size;
    },
    async close() {
      await storage.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const openPostgresStore = async () => {
  const server = await startPostgres();
  const pool = openPostgres(server.url);
  const storage = createPostgresStorage({ pool });
  const tables = `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'synckeep'`;
  return {
    storage,
    measured: 'tables, each time after VACUUM FULL',
    async setDurable(isDurable) {
      await pool.query(`ALTER SYSTEM SET fsync = ${isDurable ? 'on' : 'off'}`);
      await pool.query('SELECT pg_reload_conf()');
      if (isDurable) await pool.query('CHECKPOINT');
    },
    async bytes() {
      const client = await pool.connect();
      await client.query('SET statement_timeout = 0');
      const { rows } = await client.query(tables);
      for (const { name } of rows) await client.query(`VACUUM (FULL, ANALYZE) synckeep.${name}`);
      const size = `SELECT sum(pg_total_relation_size('synckeep.' || name))::float8 AS bytes FROM (${tables}) AS tables`;
      const { bytes } = (await client.query(size)).rows[0];
      client.release(true);
      return bytes;
    },
    async close() {
      await storage.close();
      await pool.end();
      await server.remove();
    },
  };
};
