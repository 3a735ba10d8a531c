import type { Redis } from 'ioredis';
import type { RedisHandle } from './handle.js';

/** In a cluster every node hears everything, so any of them will do; another one perhaps when that one is lost. */
const toServer = (redis: RedisHandle): Redis => {
  if (!('nodes' in redis)) return redis;
  const nodes = redis.nodes('all');
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  if (!node) throw new Error('No node of the Redis cluster is known yet.');
  return node;
};

/** A client like this one, not yet connected, that ends when its connection does. */
export const toSubscriber = (redis: RedisHandle): Redis =>
  toServer(redis).duplicate({
    lazyConnect: true,
    autoResubscribe: false,
    enableOfflineQueue: true,
    connectTimeout: 5_000,
    retryStrategy: () => null,
  });
