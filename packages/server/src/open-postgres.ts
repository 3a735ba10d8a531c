import { type Log, systemClock } from '@synckeep/core';
import { type Backend, explain, reach } from './backend.js';
import { checkListening } from './check-listening.js';
import { openDatabaseSecrets } from './database-secrets.js';
import { explainPostgres } from './explain-postgres.js';
import { migrate } from './migrate.js';
import type { OpenedDatabase } from './opened.js';
import { partSettings } from './part-settings.js';
import { Refusal } from './refusal.js';
import { toRestoringSchema } from './restoring-schema.js';
import { toPlace } from './service-url.js';
import { toSource } from './setting.js';

export interface PostgresPlace {
  readonly url: string;
  /** The same database without a pooler between; `url` when left out. */
  readonly listenUrl?: string | undefined;
  readonly schema: string;
  readonly connections: number;
  readonly isRestoring: boolean;
}

/** A PostgreSQL database. Its driver is loaded here and only here, so that others do not pay for it. @throws Refusal */
export const openPostgres = async (place: PostgresPlace, log: Log): Promise<OpenedDatabase> => {
  const [adapter, opener, { createTakePostgres }] = await Promise.all([
    import('@synckeep/postgres'),
    import('@synckeep/postgres/open'),
    import('./backup/take-postgres.js'),
  ]);
  const { url, schema } = place;
  const backend: Backend = { service: 'PostgreSQL', place: toPlace(url), source: toSource(partSettings.database) };
  const pool = opener.openPostgres(url, { max: place.connections, log });
  const storage = adapter.createPostgresStorage({ pool, schema });
  const close = async (): Promise<void> => {
    await storage.close();
    await pool.end();
  };
  const explainError = (error: unknown) => explain(error, backend, explainPostgres);
  try {
    const look = () => pool.query('SELECT FROM pg_namespace WHERE nspname = $1', [toRestoringSchema(schema)]);
    const { rows } = await reach(look, backend, explainPostgres);
    if (rows.length > 0 && !place.isRestoring) {
      throw new Refusal(
        `A restore into the schema ${schema} of ${backend.place} is not done. Repeat "synckeep restore".`,
      );
    }
    await migrate(storage).catch((error) => {
      const sentence = explainError(error);
      throw sentence === undefined ? error : new Refusal(sentence, { cause: error });
    });
  } catch (error) {
    await close();
    throw error;
  }

  return {
    kind: 'postgres',
    storage,
    pool,
    async check() {
      await reach(() => storage.health(), backend, explainPostgres);
    },
    explain: explainError,
    openNotifier(observer) {
      const listenUrl = place.listenUrl ?? url;
      const listening = { ...backend, place: toPlace(listenUrl), source: toSource(partSettings.databaseListen) };
      const connect = opener.connectPostgres(listenUrl);
      const notifier = adapter.createPostgresNotifier({ pool, connect, schema, log, observer });
      return {
        kind: 'postgres',
        notifier,
        rateLimiter: null,
        async check() {
          if (await reach(() => checkListening(pool, connect), listening, explainPostgres)) return;
          throw new Refusal(
            `Notifications do not arrive from ${listening.place}: a pooler such as PgBouncer is in between, or it is another database. Name the database itself with ${listening.source}.`,
          );
        },
        close: () => notifier.close(),
      };
    },
    openSecrets: () => openDatabaseSecrets({ records: storage.records, clock: systemClock, log }),
    // Its pages have checksums of their own, which it checks by itself where they were switched on.
    verify: async () => [],
    take: createTakePostgres(pool, schema, place.listenUrl ?? url),
    close,
  };
};
