import type { Storage } from '@synckeep/core';
import type { Pool } from 'pg';
import { createStores } from './create-stores.js';
import { createSnapshotDatabase } from './snapshot-database.js';

/** Everything as it was at one moment, while others go on writing. */
export interface PostgresSnapshot {
  /** Reads only: whatever writes fails. Its reads wait for each other. */
  readonly storage: Storage;
  /** Under which other connections read the same moment, as with `pg_dump --snapshot`, until `close`. */
  readonly name: string;
  /** Of the server, such as 150004. */
  readonly version: number;
  /** Gives the connection back. The host's pool stays open. */
  close(): Promise<void>;
}

/** Begins to read the storage in `schema` as it is now, on one connection of the pool. */
export const openPostgresSnapshot = async (options: {
  readonly pool: Pool;
  /** `synckeep` when left out. */
  readonly schema?: string;
}): Promise<PostgresSnapshot> => {
  const { pool, schema = 'synckeep' } = options;
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const close = async (): Promise<void> => {
    await client.query('ROLLBACK').catch(onError);
    client.off('error', onError);
    client.release(broken);
  };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ name: string; version: number }>(
      "SELECT pg_export_snapshot() AS name, current_setting('server_version_num')::integer AS version",
    );
    const [found] = rows;
    if (!found) throw new Error('PostgreSQL exported no snapshot.');
    return { storage: createStores(createSnapshotDatabase(client, schema)), ...found, close };
  } catch (error) {
    await close();
    throw error;
  }
};
