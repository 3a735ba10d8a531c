import {
  createBroadcastNotifier,
  type Log,
  type Notifier,
  type Observer,
  silentLog,
  systemClock,
  systemRandom,
} from '@synckeep/core';
import type { Client, Pool } from 'pg';
import { createPostgresBroadcast } from './notifier/broadcast.js';
import { connectLike } from './notifier/connect-like.js';

export interface PostgresNotifierOptions {
  /** Sends news; may go through a pooler in transaction mode. It stays the host's: `close` leaves it open. */
  readonly pool: Pool;
  /**
   * Makes a client, not yet connected, for the one connection that listens; without a pooler, or through one in session
   * mode. Called again after each loss. When left out, the client has the options of the pool.
   */
  readonly connect?: () => Client;
  /** That of the storage, so that two installations in one database do not hear each other; `synckeep` when left out. */
  readonly schema?: string;
  /** Where news is sent, 1 to 63 bytes; named after the schema when left out. */
  readonly channel?: string;
  /** Hears of listeners that threw, of news that could not be sent, of lost connections and of texts by others. */
  readonly log?: Log;
  /** Hear how long news took to come back to this process, while it listens. */
  readonly observer?: Observer | readonly Observer[];
}

/** PostgreSQL takes less than 8000 bytes. */
const longestText = 7_900;

const longestName = 63;

const checkChannel = (channel: string): string => {
  const bytes = Buffer.byteLength(channel);
  if (bytes >= 1 && bytes <= longestName && !channel.includes('\0')) return channel;
  throw new TypeError(`channel: "${channel}" is no name of 1 to ${longestName} bytes; write for example "synckeep".`);
};

/**
 * News between processes by LISTEN and NOTIFY. Notifying takes a lock of the whole database system while it commits, so
 * each process does it in a transaction of its own every 20 ms at most, which names everything that is new since.
 * @throws TypeError that names the option which cannot be
 */
export const createPostgresNotifier = (options: PostgresNotifierOptions): Notifier => {
  const {
    pool,
    connect = connectLike(pool),
    schema = 'synckeep',
    channel = schema,
    log = silentLog,
    observer,
  } = options;
  return createBroadcastNotifier({
    broadcast: createPostgresBroadcast({ pool, connect, channel: checkChannel(channel), log }),
    longestText,
    clock: systemClock,
    random: systemRandom,
    log,
    ...(observer && { observer }),
  });
};
