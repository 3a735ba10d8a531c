import type { News, Notifier } from '@synckeep/core';
import { createRedisNotifier } from '@synckeep/redis';
import { describeNotifier, describeService } from '@synckeep/testing';
import { Cluster, Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { clusterService, createConnections, createLog, newName, patience, redisService } from './opened.js';

const all: News = { topic: 'all' };
const access: News = { topic: 'access' };

describeService('the notifier on Redis', redisService, (url) => {
  const { atEnd, connect, openProxy } = createConnections(url);

  describeNotifier('Redis', {
    async open() {
      const channel = newName();
      const clients = [new Redis(url), new Redis(url, { keyPrefix: 'host:' })] as const;
      const [notifier, other] = [
        createRedisNotifier({ redis: clients[0], channel }),
        createRedisNotifier({ redis: clients[1], channel }),
      ];
      return {
        notifier,
        other,
        commit: async () => {},
        close: async () => {
          await notifier.close();
          await other.close();
          for (const client of clients) client.disconnect();
        },
      };
    },
  });

  const open = (options: Parameters<typeof createRedisNotifier>[0]): Notifier => {
    const notifier = createRedisNotifier(options);
    atEnd(() => notifier.close());
    return notifier;
  };
  /** Listens, and begins when it is told that it hears. */
  const listen = async (notifier: Notifier): Promise<News[]> => {
    const heard: News[] = [];
    notifier.subscribe((news) => heard.push(news));
    await vi.waitFor(() => expect(heard).toEqual([all]), { timeout: 5_000, interval: 5 });
    heard.length = 0;
    return heard;
  };
  const hears = (heard: readonly News[], news: News, timeout = 5_000): Promise<void> =>
    vi.waitFor(() => expect(heard).toContainEqual(news), { timeout, interval: 5 });

  it('connects for listening only while somebody listens', async () => {
    const name = `synckeep-${crypto.randomUUID()}`;
    const redis = connect({ connectionName: name });
    const count = async (): Promise<number> =>
      String(await redis.client('LIST', 'TYPE', 'PUBSUB')).split(`name=${name} `).length - 1;
    const notifier = open({ redis, channel: newName() });
    notifier.publish(access);
    const ends = [notifier.subscribe(() => {}), notifier.subscribe(() => {})];
    await vi.waitFor(async () => expect(await count()).toBe(1), patience);
    for (const end of ends) end();
    await vi.waitFor(async () => expect(await count()).toBe(0), patience);
  });

  it('tells `all` after its connection was killed, and hears again', async () => {
    const name = `synckeep-${crypto.randomUUID()}`;
    const [channel, { messages, log }] = [newName(), createLog()];
    const heard = await listen(open({ redis: connect({ connectionName: name }), channel, log }));
    const other = connect();
    const list = String(await other.client('LIST', 'TYPE', 'PUBSUB')).split('\n');
    const id = list.find((line) => line.includes(`name=${name} `))?.match(/^id=(\d+)/)?.[1];
    expect(await other.client('KILL', 'ID', Number(id))).toBe(1);
    await hears(heard, all);
    open({ redis: other, channel }).publish(access);
    await hears(heard, access);
    expect(messages).toHaveLength(2);
  });

  it('tells `all`, sends and hears again after an outage', async () => {
    const [channel, { messages, log }, { proxy, url: at }] = [newName(), createLog(), await openProxy()];
    const heard = await listen(open({ redis: connect({}, at), channel }));
    const publisher = open({ redis: connect({ maxRetriesPerRequest: 0 }, at), channel, log });
    await proxy.refuse();
    expect(() => publisher.publish(access)).not.toThrow();
    await vi.waitFor(() => expect(messages).toHaveLength(1), patience);
    await proxy.admit();
    await hears(heard, all);
    await vi.waitFor(() => expect(messages).toHaveLength(2), { timeout: 5_000 });
    const news: News = { topic: 'keys', scope: { appId: crypto.randomUUID(), userId: crypto.randomUUID() } };
    publisher.publish(news);
    await hears(heard, news);
  });

  it('notices a connection on which nothing comes any more', { timeout: 20_000 }, async () => {
    const [channel, { messages, log }, { proxy, url: at }] = [newName(), createLog(), await openProxy()];
    const heard = await listen(open({ redis: connect({}, at), channel, log }));
    proxy.stall();
    await vi.waitFor(() => expect(messages).toHaveLength(1), { timeout: 9_000, interval: 20 });
    expect(heard).toEqual([]);
    await proxy.admit();
    await hears(heard, all, 7_000);
  });

  it('sends a burst in few messages, and takes what others say for `all`', async () => {
    const channel = newName();
    const redis = connect();
    const publish = vi.spyOn(redis, 'publish');
    const { messages, log } = createLog();
    const heard = await listen(open({ redis: connect(), channel, log }));
    const publisher = open({ redis, channel });
    const scopes = Array.from({ length: 900 }, () => ({
      appId: crypto.randomUUID(),
      userId: crypto.randomUUID(),
    }));
    for (const scope of scopes) publisher.publish({ topic: 'keys', scope });
    await vi.waitFor(() => expect(heard).toHaveLength(900), patience);
    expect(heard).not.toContainEqual(all);
    expect(publish).toHaveBeenCalledTimes(2);
    await redis.publish(channel, 'hello');
    await redis.publish(channel, '');
    await vi.waitFor(() => expect(heard.slice(900)).toEqual([all, all]), patience);
    expect(messages).toHaveLength(1);
  });
});

describeService('the notifier on a cluster of Redis', clusterService, (url) => {
  describeNotifier('Redis Cluster', {
    async open() {
      const channel = newName();
      const clients = [new Cluster([url]), new Cluster([url])];
      const notifiers = clients.map((redis) => createRedisNotifier({ redis, channel }));
      const [notifier, other] = notifiers;
      if (!notifier || !other) throw new Error('unreachable');
      return {
        notifier,
        other,
        commit: async () => {},
        close: async () => {
          await Promise.all(notifiers.map((each) => each.close()));
          for (const client of clients) client.disconnect();
        },
      };
    },
  });
});
