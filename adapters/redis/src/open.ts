import type { Log } from '@synckeep/core';
import { Redis } from 'ioredis';

export interface OpenRedisOptions {
  /** Hears of lost connections. */
  readonly log?: Log;
}

const example = 'redis://user:password@localhost:6379/0';

const check = (url: string): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isRedis = parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '';
  if (isRedis && /^\/?\d*$/.test(parsed.pathname)) return parsed;
  throw new Error(`The URL of a Redis server begins with redis://, or rediss:// for TLS, as in ${example}.`);
};

/**
 * Connects to a Redis server, with bounds that a server wants: connecting takes 5 s at most, a command that is not
 * answered fails after 5 s, and a connection that is lost is made again for ever. The caller ends it with `disconnect()`.
 * @throws Error with one sentence when the URL is none of a Redis server, or when there is no connection; it names host
 * and port, never the password.
 */
export const openRedis = async (url: string, { log }: OpenRedisOptions = {}): Promise<Redis> => {
  const { hostname, port } = check(url);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectionName: 'synckeep',
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    socketTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
  });
  let trouble: unknown = null;
  let isReady = false;
  redis.on('error', (error) => {
    // Every attempt to connect again fails with one more.
    if (isReady) log?.warn({ err: error }, 'The connection to Redis is lost; it is made again.');
    isReady = false;
    trouble = error;
  });
  try {
    await redis.connect();
    // A database of a number that does not exist, for example: ioredis would go on with another one.
    if (trouble !== null) throw trouble;
  } catch (error) {
    redis.disconnect();
    const cause = trouble ?? error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`There is no connection to Redis at ${hostname}:${port || 6379}: ${reason}`, { cause });
  }
  const setReady = (): void => {
    isReady = true;
  };
  redis.on('ready', setReady);
  setReady();
  return redis;
};
