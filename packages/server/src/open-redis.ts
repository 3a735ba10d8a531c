import type { Log, Observer } from '@synckeep/core';
import { type Backend, reach } from './backend.js';
import { explainRedis } from './explain-redis.js';
import type { OpenedNotifier } from './opened.js';
import { partSettings } from './part-settings.js';
import { toPlace } from './service-url.js';
import { toSource } from './setting.js';

/** News and rate limits through Redis. Its driver is loaded here and only here, so that others do not pay for it. */
export const openRedis = async (url: string, log: Log, observer: readonly Observer[]): Promise<OpenedNotifier> => {
  const [adapter, opener] = await Promise.all([import('@synckeep/redis'), import('@synckeep/redis/open')]);
  const backend: Backend = { service: 'Redis', place: toPlace(url), source: toSource(partSettings.notifier) };
  const redis = await reach(async () => opener.openRedis(url, { log }), backend, explainRedis);
  const notifier = adapter.createRedisNotifier({ redis, log, observer });
  return {
    kind: 'redis',
    notifier,
    rateLimiter: adapter.createRedisRateLimiter({ redis, log }),
    check: async () => {
      await reach(() => redis.ping(), backend, explainRedis);
    },
    async close() {
      await notifier.close();
      redis.disconnect();
    },
  };
};
