import type { LogFields, News, Notifier } from '@synckeep/core';
import { createPostgresNotifier } from '@synckeep/postgres';
import { describeNotifier, openTcpProxy } from '@synckeep/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectLike } from '../src/notifier/connect-like.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { patience } from './opened.js';

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
}, 60_000);
afterAll(() => database.stop());

describeNotifier('PostgreSQL', {
  async open() {
    const [notifier, other] = [database.pool(), database.pool()].map((pool) =>
      createPostgresNotifier({ pool, channel: 'contract' }),
    );
    if (!notifier || !other) throw new Error('unreachable');
    return {
      notifier,
      other,
      commit: async () => {},
      close: async () => {
        await notifier.close();
        await other.close();
      },
    };
  },
});

const all: News = { topic: 'all' };
const access: News = { topic: 'access' };
const write = (): News => {
  const scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
  return { topic: 'log', scope, deviceId: crypto.randomUUID(), from: 6, to: 7 };
};

describe('the notifier on PostgreSQL', () => {
  const opened: Notifier[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((notifier) => notifier.close()));
  });

  const open = (options: Partial<Parameters<typeof createPostgresNotifier>[0]> = {}): Notifier => {
    const notifier = createPostgresNotifier({ pool: database.pool(), ...options });
    opened.push(notifier);
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
  const warnings: string[] = [];
  const note = (_: LogFields, message: string) => warnings.push(message);
  const log = { debug: () => {}, info: note, warn: note, error: note };
  afterEach(() => {
    warnings.length = 0;
  });

  it('tells another process exactly what was written', async () => {
    const [publisher, heard] = [open(), await listen(open())];
    const news = [write(), write(), access];
    for (const piece of news) publisher.publish(piece);
    for (const piece of news) await hears(heard, piece);
    expect(heard).toHaveLength(3);
  });

  it('has one connection for all listeners, under a name of its own, and none without a listener', async () => {
    const name = crypto.randomUUID();
    const pool = database.pool({ application_name: name });
    const count = async (): Promise<number> => {
      const text = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
      return (await database.pool().query(text, [`${name} (listens)`])).rows.length;
    };
    const notifier = open({ pool });
    notifier.publish(access);
    await vi.waitFor(() => expect(pool.idleCount).toBe(1), patience);
    expect(await count()).toBe(0);
    const ends = [notifier.subscribe(() => {}), notifier.subscribe(() => {})];
    await vi.waitFor(async () => expect(await count()).toBe(1), patience);
    for (const end of ends) end();
    await vi.waitFor(async () => expect(await count()).toBe(0), patience);
  });

  it('tells `all` after its connection was ended by an administrator, and hears again', async () => {
    const name = crypto.randomUUID();
    const heard = await listen(open({ pool: database.pool({ application_name: name }), log }));
    const text = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1';
    await database.pool().query(text, [`${name} (listens)`]);
    await hears(heard, all);
    const news = write();
    open().publish(news);
    await hears(heard, news);
    expect(warnings).toEqual([
      'The connection that hears news is lost; it is made again.',
      'The connection that hears news is there again.',
    ]);
  });

  it('tells `all` after a crash of the database, and both sends and hears again', async () => {
    const publisher = open({ log });
    const heard = await listen(open());
    await database.kill();
    expect(() => publisher.publish(access)).not.toThrow();
    await vi.waitFor(() => expect(warnings).toHaveLength(1), patience);
    await database.start();
    await hears(heard, all);
    await vi.waitFor(() => expect(warnings).toHaveLength(2), { timeout: 5_000 });
    const news = write();
    publisher.publish(news);
    await hears(heard, news);
  });

  it('notices a connection on which nothing comes any more', { timeout: 20_000 }, async () => {
    const proxy = await openTcpProxy({ host: '127.0.0.1', port: database.port });
    const connectionString = database.url.replace(String(database.port), String(proxy.port));
    const heard = await listen(open({ connect: () => new pg.Client({ connectionString }), log }));
    proxy.stall();
    open().publish(write());
    await vi.waitFor(() => expect(warnings).toHaveLength(1), { timeout: 9_000, interval: 20 });
    expect(heard).toEqual([]);
    await proxy.admit();
    await hears(heard, all, 7_000);
    await proxy.close();
  });

  it('needs at most one transaction in 20 ms for 5,000 pieces of news', async () => {
    const pool = database.pool();
    const query = vi.spyOn(pool, 'query');
    const [publisher, heard] = [open({ pool }), await listen(open())];
    const scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
    const deviceId = crypto.randomUUID();
    const start = performance.now();
    for (let position = 0; position < 5_000; position++) {
      publisher.publish({ topic: 'log', scope, deviceId, from: position, to: position + 1 });
      if (position % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ to: 5_000 }), patience);
    expect(query.mock.calls.length).toBeLessThanOrEqual(2 + (performance.now() - start) / 20);
    const ranges = heard.map((news) => (news.topic === 'log' ? [news.from, news.to] : []));
    expect(ranges.flat().filter((position, at, list) => at % 2 === 0 && position !== (list[at - 1] ?? 0))).toEqual([]);
  });

  it('names hundreds of users, in several payloads of one transaction', async () => {
    const pool = database.pool();
    const query = vi.spyOn(pool, 'query');
    const [publisher, heard] = [open({ pool }), await listen(open())];
    const news = Array.from({ length: 900 }, write);
    for (const piece of news) publisher.publish(piece);
    await vi.waitFor(() => expect(heard).toHaveLength(900), patience);
    expect(heard).not.toContainEqual(all);
    expect(query).toHaveBeenCalledTimes(2);
  });

  it('says `all` instead of naming thousands', async () => {
    const [publisher, heard] = [open(), await listen(open())];
    const news = Array.from({ length: 5_000 }, write);
    for (const piece of news) publisher.publish(piece);
    await hears(heard, all);
    expect(heard).toHaveLength(2);
  });

  it('takes what others say on its channel for `all`, and warns once', async () => {
    const heard = await listen(open({ log, channel: 'ours "and" theirs' }));
    for (const payload of ['', 'hello', 'x'.repeat(7_000)]) {
      await database.pool().query('SELECT pg_notify($1, $2)', ['ours "and" theirs', payload]);
    }
    await vi.waitFor(() => expect(heard).toEqual([all, all, all]), patience);
    expect(warnings).toHaveLength(1);
  });

  it('does not hear what belongs to another schema', async () => {
    const [one, two] = [await listen(open({ schema: 'one' })), await listen(open({ schema: 'two' }))];
    open({ schema: 'two' }).publish(access);
    await hears(two, access);
    expect(one).toEqual([]);
  });

  it('tells before it is closed what was not yet sent, and leaves the pool open', async () => {
    const heard = await listen(open());
    const pool = database.pool();
    const publisher = open({ pool });
    const news = [write(), write()];
    for (const piece of news) publisher.publish(piece);
    await publisher.close();
    for (const piece of news) await hears(heard, piece);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('goes on when the pool was ended, and closes without it', async () => {
    const pool = database.pool();
    const publisher = open({ pool, log });
    await pool.end();
    expect(() => publisher.publish(access)).not.toThrow();
    await publisher.close();
    expect(warnings).toContain('News could not be sent before the end; the others find out by looking.');
  });

  it('connects with the password of the pool, which hides it', () => {
    const config = { host: 'db.example', user: 'sync', password: 'secret', database: 'notes' };
    const pool = database.pool({ ...config, connectionString: undefined });
    expect(connectLike(pool)()).toMatchObject({
      host: 'db.example',
      user: 'sync',
      password: 'secret',
      database: 'notes',
    });
  });

  it.each(['', 'x'.repeat(64), 'ü'.repeat(32), 'nul\0'])('refuses "%s" as a channel', (channel) => {
    expect(() => open({ channel })).toThrow(/^channel: /);
  });
});
