import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, Storage } from '@synckeep/core';
import type { Backend } from './backend.js';
import { reach } from './backend.js';
import { explainPostgres } from './explain-postgres.js';
import type { Parts } from './open-parts.js';
import { openSqliteFile } from './open-sqlite-file.js';
import { partSettings } from './part-settings.js';
import { Refusal } from './refusal.js';
import { toPlace } from './service-url.js';
import { toSource } from './setting.js';

/** What this release would do to a database. */
export interface MigrationPlan {
  /** The number of its newest migration; 0 for a database that is still to be made. */
  readonly schema: number;
  /** Names of those that it lacks, in order: the first one makes schema + 1. */
  readonly pending: readonly string[];
}

const toPlan = ({ schema, newestSchema }: Awaited<ReturnType<Storage['health']>>, names: readonly string[]) => {
  if (schema > newestSchema) {
    throw new Refusal(
      `The database has schema ${schema} and this release of Synckeep knows schema ${newestSchema}: start a newer release.`,
    );
  }
  return { schema, pending: names.slice(schema) };
};

const planSqlite = async (dataDir: string): Promise<MigrationPlan> => {
  const { createSqliteStorage, migrationNames } = await import('@synckeep/sqlite');
  const file = join(dataDir, 'synckeep.db');
  if (!existsSync(file)) return { schema: 0, pending: migrationNames };
  const database = await openSqliteFile(file);
  const storage = createSqliteStorage({ database });
  try {
    return toPlan(await storage.health(), migrationNames);
  } finally {
    await storage.close();
    database.close();
  }
};

const planPostgres = async (url: string, schema: string, log: Log): Promise<MigrationPlan> => {
  const [{ createPostgresStorage, migrationNames }, { openPostgres }] = await Promise.all([
    import('@synckeep/postgres'),
    import('@synckeep/postgres/open'),
  ]);
  const backend: Backend = { service: 'PostgreSQL', place: toPlace(url), source: toSource(partSettings.database) };
  const pool = openPostgres(url, { max: 1, log });
  const storage = createPostgresStorage({ pool, schema });
  try {
    return toPlan(await reach(() => storage.health(), backend, explainPostgres), migrationNames);
  } finally {
    await storage.close();
    await pool.end();
  }
};

/** Looks and changes nothing. @throws Refusal also for a database of a newer release */
export const planMigrations = ({ dataDir, database, databaseSchema = 'synckeep' }: Parts, log: Log) =>
  database === undefined ? planSqlite(dataDir) : planPostgres(database, databaseSchema, log);
