import type { Storage } from '@synckeep/core';
import { createPostgresStorage } from '@synckeep/postgres';
import { createStall, type OpenedStorage } from '@synckeep/testing';
import type pg from 'pg';
import type { RunningPostgres } from './database.js';

let schemas = 0;

/** The name of a schema that no other test uses. */
export const newSchema = (): string => `synckeep_${process.pid}_${++schemas}`;

/** A storage with connections of its own, as another process has. */
export const connect = (server: RunningPostgres, schema: string, config: pg.PoolConfig = {}) => {
  const pool = server.pool({ max: 4, ...config });
  return { pool, storage: createPostgresStorage({ pool, schema }) };
};

/** Options of connections whose server tells the plan of every statement, also of those inside of functions. */
export const explaining = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_nested_statements=on',
  'auto_explain.log_level=notice',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

const stalled = 'stalled';
const lock = 4711;

/**
 * Makes every push of connections that are named `stalled` wait for an advisory lock inside of its COMMIT: its rows are
 * written and have their positions, and nobody sees them yet.
 */
const waitInsideCommit = (schema: string): string => `
  CREATE FUNCTION ${schema}.wait_inside_commit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(${lock});
    RETURN NULL;
  END
  $$;
  CREATE CONSTRAINT TRIGGER wait_inside_commit AFTER INSERT ON ${schema}.batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_setting('application_name') = '${stalled}') EXECUTE FUNCTION ${schema}.wait_inside_commit()`;

const untilSomebodyWaits = async (keeper: pg.PoolClient): Promise<void> => {
  for (;;) {
    const { rowCount } = await keeper.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${lock} AND NOT granted`,
    );
    if (rowCount !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Two storages over one schema for the contract, and a stop inside of the commit. `prepare` runs after the migration. */
export const openStorages = async (
  server: RunningPostgres,
  {
    schema = newSchema(),
    prepare = async () => {},
    ...config
  }: pg.PoolConfig & { schema?: string; prepare?: (pool: pg.Pool) => Promise<unknown> } = {},
): Promise<OpenedStorage> => {
  const [one, two, slow] = [
    connect(server, schema, config),
    connect(server, schema, config),
    connect(server, schema, { ...config, application_name: stalled, max: 1 }),
  ];
  await one.storage.migrate();
  await prepare(two.pool);
  await two.pool.query(waitInsideCommit(schema));
  const waiting: ReturnType<typeof createStall>[] = [];

  const appendSlowly = async (...push: Parameters<Storage['changeLog']['append']>) => {
    const stall = waiting.shift();
    if (stall === undefined) return one.storage.changeLog.append(...push);
    const keeper = await two.pool.connect();
    try {
      // Inside a transaction, because a pooler may give each transaction another connection.
      await keeper.query(`BEGIN; SELECT pg_advisory_xact_lock(${lock})`);
      const outcome = slow.storage.changeLog.append(...push);
      await untilSomebodyWaits(keeper);
      await stall.arrive();
      await keeper.query('COMMIT');
      return await outcome;
    } finally {
      keeper.release();
    }
  };

  return {
    storage: { ...one.storage, changeLog: { ...one.storage.changeLog, append: appendSlowly } },
    other: two.storage,
    stall() {
      const { arrive, ...stall } = createStall();
      waiting.push({ arrive, ...stall });
      return stall;
    },
    async close() {
      await one.pool.query(`DROP SCHEMA ${schema} CASCADE`);
    },
  };
};

/** For `vi.waitFor`: enough for a busy machine; what is waited for comes much sooner. */
export const patience = { timeout: 5_000 };
