import type { Socket } from 'node:net';
import type { Log } from '@synckeep/core';
import { Client, type ClientConfig, Pool } from 'pg';

export interface OpenPostgresOptions {
  /** The most connections of this pool; 10 when left out. */
  readonly max?: number;
  /** Milliseconds that an answer may take, 30,000 when left out: longer than any wait for a lock. */
  readonly answerTimeout?: number;
  /** What PostgreSQL's own views call this program; `synckeep` when left out. */
  readonly applicationName?: string;
  /** Hears of connections that were lost while nobody used them. */
  readonly log?: Log;
}

const example = 'postgres://user:password@localhost:5432/database';

const toConfig = (url: string, applicationName = 'synckeep'): ClientConfig => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new Error(`The URL of a PostgreSQL database begins with postgres://, as in ${example}.`);
  }
  return {
    connectionString: url,
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 5_000,
  };
};

/** What the driver's types leave out: the connection, TLS or not, and whether it waits for nothing. */
interface Connected {
  readonly connection: { readonly stream: Socket };
  readonly readyForQuery: boolean;
}

/**
 * Ends a connection whose server does not answer any more. The driver has `query_timeout` for this, but the timer that it
 * makes for each query keeps the rows of every answer alive until the old generation is collected.
 */
const watch = (client: Connected, answerTimeout: number): void => {
  const { stream } = client.connection;
  stream.setTimeout(answerTimeout);
  stream.on('timeout', () => {
    if (client.readyForQuery) return;
    const message = `PostgreSQL has not answered for ${answerTimeout / 1000} s.`;
    stream.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
  });
};

/**
 * A pool with bounds that a server wants: connecting takes 5 s at most, an answer 30 s, and a connection that is lost
 * while nobody uses it ends no process. It connects with its first statement. The caller ends it.
 * @throws Error with one sentence when the URL is none of a PostgreSQL database; it does not repeat the URL.
 */
export const openPostgres = (url: string, options: OpenPostgresOptions = {}): Pool => {
  const { max = 10, answerTimeout = 30_000, applicationName, log } = options;
  const pool = new Pool({ ...toConfig(url, applicationName), max });
  pool.on('connect', (client) => watch(client as unknown as Connected, answerTimeout));
  pool.on('error', (error) => log?.warn({ err: error }, 'An idle connection to the database was lost.'));
  return pool;
};

/** Makes connections of their own to the same database, for listening: not through a pooler in transaction mode. */
export const connectPostgres = (url: string, options: Pick<OpenPostgresOptions, 'applicationName'> = {}) => {
  const config = toConfig(url, options.applicationName);
  return (): Client => new Client(config);
};
