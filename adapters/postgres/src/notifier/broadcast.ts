import type { Broadcast, Log } from '@synckeep/core';
import { type Client, escapeIdentifier, type Pool } from 'pg';

export interface PostgresBroadcastOptions {
  readonly pool: Pool;
  readonly connect: () => Client;
  readonly channel: string;
  readonly log: Log;
}

/** One statement is one transaction. One that only notifies writes nothing, so it does not wait for the disk either. */
const notify = 'SELECT pg_notify($1, sent.payload) FROM unnest($2::text[]) AS sent(payload)';

const longestQuery = 5_000;

/** The process id that a client was told when it connected: by a pooler, another one than that of the server's process. */
const isDirect = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return !('processID' in client) || client.processID === rows[0]?.pid;
};

/** LISTEN and NOTIFY on one channel of a database. */
export const createPostgresBroadcast = ({ pool, connect, channel, log }: PostgresBroadcastOptions): Broadcast => {
  let isWarned = false;
  const warnOfPooler = (): void => {
    if (isWarned) return;
    isWarned = true;
    log.warn(
      { channel },
      'The connection that listens for news goes through a pooler. Unless that pools sessions, news comes up to 2 s late: let `connect` go to the database itself.',
    );
  };

  return {
    async send(texts) {
      const statement = { text: notify, values: [channel, texts], query_timeout: longestQuery };
      await pool.query(statement);
    },

    listen({ hear, lose }) {
      const client = connect();
      client.on('error', lose);
      client.on('end', () => lose(new Error('The database has ended the connection.')));
      client.on('notification', (message) => {
        if (message.channel === channel) hear(message.payload ?? '');
      });
      const begin = async (): Promise<void> => {
        await client.connect();
        await client.query(`LISTEN ${escapeIdentifier(channel)}`);
        if (!(await isDirect(client))) warnOfPooler();
      };
      return { ready: begin(), check: () => client.query('SELECT 1'), close: () => client.end() };
    },
  };
};
