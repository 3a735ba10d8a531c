import type { Cluster, Redis } from 'ioredis';

/** An ioredis client: of one server, of sentinels or of a cluster. It stays the host's, who also hears its `error` events. */
export type RedisHandle = Redis | Cluster;
