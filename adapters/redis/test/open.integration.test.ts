import { openRedis } from '@synckeep/redis/open';
import { describeService } from '@synckeep/testing';
import { expect, it, vi } from 'vitest';
import { createConnections, createLog, patience, redisService } from './opened.js';

describeService('openRedis', redisService, (url) => {
  const { atEnd, openProxy } = createConnections(url);

  it('opens a client, and says in one sentence where there is no server, without the password', async () => {
    const redis = await openRedis(url);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    const { proxy, url: at } = await openProxy();
    await proxy.refuse();
    const wrong = at.replace('redis://', 'redis://:secret@');
    await expect(openRedis(wrong)).rejects.toThrow(
      new RegExp(`^There is no connection to Redis at 127.0.0.1:${proxy.port}: .*ECONNREFUSED[^\n]*$`),
    );
    await expect(openRedis(wrong)).rejects.not.toThrow(/secret/);
  });

  it('refuses a database that the server does not have', async () => {
    await expect(openRedis(`${url.replace(/\/\d*$/, '')}/9999`)).rejects.toThrow(/DB index is out of range/);
  });

  it('makes a lost connection again, and tells of it once', async () => {
    const [{ messages, log }, { proxy, url: at }] = [createLog(), await openProxy()];
    const redis = await openRedis(at, { log });
    atEnd(() => redis.disconnect());
    await proxy.refuse();
    await vi.waitFor(() => expect(messages).toHaveLength(1), patience);
    await vi.waitFor(() => expect(redis.status).toBe('reconnecting'), patience);
    await proxy.admit();
    expect(await redis.ping()).toBe('PONG');
    expect(messages).toHaveLength(1);
  });
});
