import type { LogFields } from '@synckeep/core';
import { openTcpProxy } from '@synckeep/testing';
import { Redis, type RedisOptions } from 'ioredis';
import { afterEach } from 'vitest';

export const redisService = {
  service: 'redis',
  found: process.env['SYNCKEEP_TEST_REDIS_URL'],
  hint: 'set SYNCKEEP_TEST_REDIS_URL to a server that tests may use, as scripts/services/redis.sh starts one.',
  required: process.env['SYNCKEEP_REQUIRE'],
};

export const clusterService = {
  ...redisService,
  service: 'redis-cluster',
  found: process.env['SYNCKEEP_TEST_REDIS_CLUSTER_URL'],
  hint: 'set SYNCKEEP_TEST_REDIS_CLUSTER_URL to a node of a cluster, as scripts/services/redis.sh starts one.',
};

/** A name that no other test uses. */
export const newName = (): string => `test:${crypto.randomUUID()}:`;

export const createLog = () => {
  const messages: string[] = [];
  const note = (_: LogFields, message: string) => messages.push(message);
  return { messages, log: { debug: () => {}, info: note, warn: note, error: note } };
};

/** Clients and proxies that end with each test. */
export const createConnections = (url: string) => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });
  return {
    atEnd(step: () => unknown): void {
      cleanUp.push(step);
    },
    connect(options: RedisOptions = {}, at = url): Redis {
      const redis = new Redis(at, { retryStrategy: () => 50, ...options });
      // What a test breaks is told by the log of what it tests.
      redis.on('error', () => {});
      cleanUp.push(() => redis.disconnect());
      return redis;
    },
    async openProxy() {
      const { hostname, port } = new URL(url);
      const proxy = await openTcpProxy({ host: hostname, port: Number(port || 6379) });
      cleanUp.push(() => proxy.close());
      const proxied = new URL(url);
      proxied.host = `127.0.0.1:${proxy.port}`;
      return { proxy, url: proxied.href };
    },
  };
};

/** For `vi.waitFor`: enough for a busy machine; what is waited for comes much sooner. */
export const patience = { timeout: 5_000 };
