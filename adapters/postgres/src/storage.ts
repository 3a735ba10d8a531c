import type { Log, Storage } from '@synckeep/core';
import type { Pool } from 'pg';
import { createStores } from './create-stores.js';
import { createDatabase } from './database.js';

export interface PostgresStorageOptions {
  /** It stays the host's: `close` leaves it open. */
  readonly pool: Pool;
  /** Where the tables are, made by `migrate` when it is missing; `synckeep` when left out. */
  readonly schema?: string;
  /** Hears of connections that were lost while nobody used them; without it nobody does. */
  readonly log?: Log;
}

/**
 * Synckeep's storage in a schema of a PostgreSQL database, 13 or newer. Several processes may use it at once, also
 * through a pooler in transaction mode. Call `migrate()` before anything else.
 */
export const createPostgresStorage = ({ pool, schema = 'synckeep', log }: PostgresStorageOptions): Storage => {
  const database = createDatabase(pool, schema);
  // A pool without a listener ends the process when the database restarts.
  const onError = (error: Error): void => log?.warn({ err: error }, 'An idle connection to the database was lost.');
  pool.on('error', onError);
  return {
    ...createStores(database),
    close: async () => {
      pool.off('error', onError);
    },
  };
};
