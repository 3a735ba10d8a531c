import { systemClock } from '@synckeep/core';
import { connectPostgres } from '@synckeep/postgres/open';
import type { Client } from 'pg';
import { reach } from '../backend.js';
import { restoreDatabaseSecrets } from '../database-secrets.js';
import { explainPostgres } from '../explain-postgres.js';
import { partSettings } from '../part-settings.js';
import { Refusal } from '../refusal.js';
import { toRestoringSchema } from '../restoring-schema.js';
import { fromSecretLine } from '../secret.js';
import { toPlace } from '../service-url.js';
import { toSource } from '../setting.js';
import { readFile } from './files.js';
import { bringExport, finishRestore } from './finish-restore.js';
import { startTool, untilEnd } from './pg-tools.js';
import type { BringOptions, RestoreTarget } from './restore-target.js';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `pg_restore` in one transaction: all of it, or nothing. */
const load = async (url: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const args = [
    '--no-owner',
    '--no-privileges',
    '--single-transaction',
    '--exit-on-error',
    '--no-password',
    '--dbname=',
  ];
  const child = startTool('pg_restore', args, url, ['pipe', 'ignore', 'pipe']);
  const ended = untilEnd('pg_restore', child);
  ended.catch(() => {});
  // When it ends early it says why itself.
  child.stdin?.on('error', () => {});
  try {
    for await (const chunk of bytes) {
      if (child.stdin?.writable && !child.stdin.write(chunk)) {
        await Promise.race([new Promise((resolve) => child.stdin?.once('drain', resolve)), ended]);
      }
    }
    child.stdin?.end();
    await ended;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
};

/** The backup that an interrupted restore was bringing; null when none was. */
const findMark = async (client: Client, schema: string): Promise<string | null> => {
  const { rows } = await client.query<{ id: string | null }>(
    "SELECT obj_description(oid, 'pg_namespace') AS id FROM pg_namespace WHERE nspname = $1",
    [toRestoringSchema(schema)],
  );
  return rows.length === 0 ? null : (rows[0]?.id ?? '');
};

const hasSchema = async (client: Client, schema: string): Promise<boolean> =>
  (await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])).rows.length > 0;

const secretsOf = async ({ repository, snapshot }: BringOptions) => {
  const { secret } = snapshot.manifest;
  if (!secret) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of readFile(repository, 'sealed', secret)) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.map(fromSecretLine).filter((each) => each !== undefined);
};

/**
 * A schema of a PostgreSQL database. While the restore goes on an empty schema beside it says so, and no process starts
 * on the half of it.
 */
export const createPostgresTarget = (url: string, schema: string, areSecretsGiven: boolean): RestoreTarget => {
  const place = toPlace(url);
  const backend = { service: 'PostgreSQL', place, source: toSource(partSettings.database) };
  const restoring = quote(toRestoringSchema(schema));

  const withClient = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = connectPostgres(url)();
    // Whoever queries hears of it too.
    client.on('error', () => {});
    await reach(() => client.connect(), backend, explainPostgres);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  return {
    shown: `the schema ${schema} of ${place}`,

    async check({ id, manifest }) {
      const { form, schema: own } = manifest.database;
      if (form === 'sqlite') {
        throw new Refusal(
          `This backup is a copy of a SQLite database. Restore it without ${backend.source}, then move with "synckeep export", or back up with --form export.`,
        );
      }
      if (form === 'pg_dump' && own !== schema) {
        throw new Refusal(`This backup is of the schema ${own}. Say so with ${toSource(partSettings.databaseSchema)}.`);
      }
      await withClient(async (client) => {
        const mark = await findMark(client, schema);
        if (mark !== null && mark !== id) {
          throw new Refusal(
            `A restore of the backup ${mark} into this schema is not done. Repeat that one with --snapshot ${mark}.`,
          );
        }
        if (mark === null && (await hasSchema(client, schema))) {
          throw new Refusal(
            `There is a schema ${schema} in ${place} already. A backup is restored into an empty place only.`,
          );
        }
      });
    },

    async bring(options) {
      const { repository, snapshot, composeAt } = options;
      const { form, file } = snapshot.manifest.database;
      return withClient(async (client) => {
        if ((await findMark(client, schema)) === null) {
          // Both at one moment: PostgreSQL runs them in one transaction.
          await client.query(`CREATE SCHEMA ${restoring}; COMMENT ON SCHEMA ${restoring} IS '${snapshot.id}'`);
        }
        if (form === 'pg_dump' && !(await hasSchema(client, schema))) {
          await load(url, readFile(repository, 'sealed', file));
        }
        const report = await composeAt({ isRestoring: true }, async (composition) => {
          if (form === 'export') {
            await bringExport(composition, repository, snapshot);
            const secrets = areSecretsGiven ? [] : await secretsOf(options);
            if (secrets.length > 0) await restoreDatabaseSecrets(composition.storage.records, systemClock, secrets);
          }
          return finishRestore(composition, repository);
        });
        await client.query(`DROP SCHEMA ${restoring}`);
        return report;
      });
    },
  };
};
