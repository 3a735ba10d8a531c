import { createRedisRateLimiter } from '@synckeep/redis';
import { describeRateLimiter, describeService } from '@synckeep/testing';
import { Cluster, Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { clusterService, createConnections, createLog, newName, redisService } from './opened.js';

const slow = { burst: 3, perSecond: 0.001 };
const pass = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds + 2));

describeService('the rate limiter on Redis', redisService, (url) => {
  const { connect, openProxy } = createConnections(url);

  describeRateLimiter('Redis', {
    async open() {
      const redis = new Redis(url, { keyPrefix: 'host:' });
      return {
        limiter: createRedisRateLimiter({ redis, prefix: newName() }),
        pass,
        close: async () => redis.disconnect(),
      };
    },
  });

  const limiterOf = (redis: Redis, options: Partial<Parameters<typeof createRedisRateLimiter>[0]> = {}) =>
    createRedisRateLimiter({ redis, prefix: newName(), ...options });
  const countAllowed = async (limiter: ReturnType<typeof limiterOf>): Promise<number> => {
    let count = 0;
    while ((await limiter.take('login', 'a', slow)).allowed) count++;
    return count;
  };

  it('counts for all processes together, also when they come at once', async () => {
    const prefix = newName();
    const limiters = [connect(), connect()].map((redis) => limiterOf(redis, { prefix }));
    const calls = Array.from({ length: 40 }, (_, n) => limiters[n % 2]?.take('login', 'a', slow));
    const decisions = await Promise.all(calls);
    expect(decisions.filter((decision) => decision?.allowed)).toHaveLength(3);
  });

  it('leaves nothing behind: a bucket is gone as soon as it is full again', async () => {
    const redis = connect();
    const prefix = newName();
    const limiter = limiterOf(redis, { prefix });
    await limiter.take('read', 'a', { burst: 10, perSecond: 0.01 });
    const [key = ''] = await redis.keys(`${prefix}*`);
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(99_000);
    expect(left).toBeLessThanOrEqual(100_000);
    await limiter.giveBack('read', 'a', { burst: 10, perSecond: 0.01 });
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
  });

  it('goes on after the server has forgotten the script', async () => {
    const redis = connect();
    const limiter = limiterOf(redis);
    expect((await limiter.take('login', 'a', slow)).remaining).toBe(2);
    await redis.script('FLUSH');
    expect((await limiter.take('login', 'a', slow)).remaining).toBe(1);
  });

  it('counts in this process while Redis is away, at once but for one call, and then in Redis again', async () => {
    const [{ messages, log }, { proxy, url: at }] = [createLog(), await openProxy()];
    const limiter = limiterOf(connect({}, at), { log });
    await limiter.take('login', 'a', slow);
    await proxy.refuse();
    const start = performance.now();
    expect(await countAllowed(limiter)).toBe(3);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(messages).toEqual(['Redis does not count the rate limits at present.']);
    await proxy.admit();
    await vi.waitFor(
      async () => {
        await limiter.take('login', 'b', slow);
        expect(messages).toHaveLength(2);
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(await countAllowed(limiter)).toBeLessThanOrEqual(2);
  });

  it('does not wait for a server that says nothing', async () => {
    const { proxy, url: at } = await openProxy();
    const limiter = limiterOf(connect({}, at));
    await limiter.take('login', 'a', slow);
    proxy.stall();
    const start = performance.now();
    expect((await limiter.take('login', 'a', slow)).allowed).toBe(true);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('refuses with 503 while Redis is away when that was asked for, but takes back', async () => {
    const { proxy, url: at } = await openProxy();
    const limiter = limiterOf(connect({}, at), { whenDown: 'refuse' });
    await limiter.take('login', 'a', slow);
    await proxy.refuse();
    await expect(limiter.take('login', 'a', slow)).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 });
    await limiter.giveBack('login', 'a', slow);
  });
});

describeService('the rate limiter on a cluster of Redis', clusterService, (url) => {
  describeRateLimiter('Redis Cluster', {
    async open() {
      const redis = new Cluster([url]);
      return {
        limiter: createRedisRateLimiter({ redis, prefix: newName() }),
        pass,
        close: async () => redis.disconnect(),
      };
    },
  });
});
