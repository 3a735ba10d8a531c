import {
  createBroadcastNotifier,
  type LogFields,
  type News,
  type Observation,
  systemClock,
  systemRandom,
} from '@synckeep/core';
import { createVirtualClock, describeNotifier } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import { createHub } from './hub.js';

describeNotifier('broadcast in memory', {
  async open() {
    const hub = createHub(systemClock);
    const open = () =>
      createBroadcastNotifier({
        broadcast: hub.broadcast(),
        longestText: 500,
        clock: systemClock,
        random: systemRandom,
      });
    const [notifier, other] = [open(), open()];
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

const setUp = () => {
  const clock = createVirtualClock();
  const hub = createHub(clock);
  const warnings: string[] = [];
  const note = (_: LogFields, message: string) => warnings.push(message);
  const log = { debug: () => {}, info: note, warn: note, error: note };
  const open = () =>
    createBroadcastNotifier({ broadcast: hub.broadcast(), longestText: 500, clock, random: systemRandom, log });
  const listen = (notifier: ReturnType<typeof open>) => {
    const heard: News[] = [];
    return { heard, end: notifier.subscribe((news) => heard.push(news)) };
  };
  /** Lets everything happen that waits for no time. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      clock.advance(Math.min(10, milliseconds - passed));
      await settle();
    }
  };
  return { clock, hub, warnings, open, listen, settle, pass };
};

const scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
const deviceId = crypto.randomUUID();
const written = (from: number, to: number): News => ({ topic: 'log', scope, deviceId, from, to });
const all: News = { topic: 'all' };
const access: News = { topic: 'access' };

describe('a notifier over a broadcast', () => {
  it('sends the first news at once and what follows in one batch after 20 ms', async () => {
    const { clock, hub, open, listen, settle, pass } = setUp();
    const [publisher, other] = [open(), listen(open())];
    await settle();
    const start = clock.now();
    publisher.publish(written(0, 1));
    expect(hub.sendings).toHaveLength(1);
    for (let position = 1; position < 100; position++) publisher.publish(written(position, position + 1));
    await pass(10);
    expect(other.heard).toEqual([all, written(0, 1)]);
    await pass(10);
    expect(other.heard).toEqual([all, written(0, 1), written(1, 100)]);
    await pass(1_000);
    publisher.publish(access);
    expect(hub.sendings.map(({ at }) => at - start)).toEqual([0, 20, 1_020]);
  });

  it('never sends twice at once, and merges what comes meanwhile', async () => {
    const { hub, open, listen, settle, pass } = setUp();
    const [publisher, other] = [open(), listen(open())];
    await settle();
    hub.holdSending();
    publisher.publish(written(0, 1));
    await pass(200);
    publisher.publish(written(1, 2));
    publisher.publish(written(2, 3));
    await pass(200);
    expect(hub.sendings).toHaveLength(1);
    hub.releaseSending();
    await pass(20);
    expect(other.heard).toEqual([all, written(0, 1), written(1, 3)]);
  });

  it('sends again what could not be sent, more and more seldom, and warns once', async () => {
    const { hub, warnings, open, listen, settle, pass } = setUp();
    const publisher = open();
    hub.stop();
    publisher.publish(written(0, 1));
    await pass(10_000);
    publisher.publish(written(1, 2));
    expect(hub.sendings.length).toBeGreaterThan(5);
    expect(hub.sendings.length).toBeLessThan(15);
    expect(warnings).toEqual(['News could not be sent to the other processes; it is sent again.']);
    hub.start();
    const other = listen(open());
    await settle();
    await pass(3_000);
    expect(other.heard).toEqual([all, written(0, 2)]);
    expect(warnings).toHaveLength(2);
  });

  it('tells the others to look at everything after more than it can keep', async () => {
    const { hub, open, listen, settle, pass } = setUp();
    const publisher = open();
    hub.stop();
    for (let position = 0; position < 5_000; position += 2) publisher.publish(written(position, position + 1));
    hub.start();
    const other = listen(open());
    await settle();
    await pass(3_000);
    expect(other.heard).toEqual([all, all]);
  });

  it('spreads what one text cannot hold over several', async () => {
    const { hub, open, listen, settle, pass } = setUp();
    const [publisher, other] = [open(), listen(open())];
    await settle();
    const news = Array.from({ length: 100 }, (_, n) => written(2 * n, 2 * n + 1));
    for (const piece of news) publisher.publish(piece);
    await pass(20);
    expect(other.heard).toEqual([all, ...news]);
    expect(hub.sendings).toHaveLength(2);
    expect(hub.sendings[1]?.texts.length).toBeGreaterThan(1);
  });

  it('connects only while somebody listens, once for all of them', async () => {
    const { hub, open, listen, settle } = setUp();
    const notifier = open();
    notifier.publish(access);
    await settle();
    expect(hub.size).toBe(0);
    const [first, second] = [listen(notifier), listen(notifier)];
    await settle();
    expect(hub.size).toBe(1);
    first.end();
    first.end();
    await settle();
    expect(hub.size).toBe(1);
    second.end();
    await settle();
    expect(hub.size).toBe(0);
    listen(notifier);
    await settle();
    expect(hub.size).toBe(1);
  });

  it('tells its listeners once of its own news', async () => {
    const { open, listen, settle, pass } = setUp();
    const notifier = open();
    const { heard } = listen(notifier);
    await settle();
    notifier.publish(written(0, 1));
    await pass(100);
    expect(heard).toEqual([all, written(0, 1)]);
  });

  it('tells `all` after a lost connection was made again, and warns once', async () => {
    const { hub, warnings, open, listen, settle, pass } = setUp();
    const { heard } = listen(open());
    await settle();
    hub.stop();
    await pass(20_000);
    expect(heard).toEqual([all]);
    expect(warnings).toEqual(['The connection that hears news is lost; it is made again.']);
    hub.start();
    await pass(3_000);
    expect(heard).toEqual([all, all]);
    expect(warnings).toHaveLength(2);
  });

  it('notices within 8 s that nothing comes any more, and makes a new connection', async () => {
    const { hub, open, listen, settle, pass } = setUp();
    const { heard } = listen(open());
    await settle();
    hub.mute();
    await pass(7_000);
    hub.unmute();
    await pass(1_500);
    expect(heard).toEqual([all, all]);
    expect(hub.size).toBe(1);
  });

  it('gives up a connection that does not come about within 5 s', async () => {
    const { hub, open, listen, pass } = setUp();
    hub.mute();
    const { heard } = listen(open());
    await pass(4_900);
    hub.unmute();
    expect(heard).toEqual([]);
    await pass(300);
    expect(heard).toEqual([all]);
  });

  it('goes on after a broadcast that throws', async () => {
    const { clock, hub, warnings, pass } = setUp();
    const { listen, send } = hub.broadcast();
    let attempts = 0;
    const broadcast = {
      send,
      listen: (receiver: Parameters<typeof listen>[0]) => {
        attempts++;
        if (attempts < 3) throw new Error('There is no connection to be had.');
        return listen(receiver);
      },
    };
    const note = (_: LogFields, message: string) => warnings.push(message);
    const log = { debug: () => {}, info: () => {}, warn: note, error: note };
    const notifier = createBroadcastNotifier({ broadcast, longestText: 500, clock, random: systemRandom, log });
    const heard: News[] = [];
    notifier.subscribe((news) => heard.push(news));
    await pass(1_000);
    expect(heard).toEqual([all]);
    expect(warnings).toHaveLength(1);
  });

  it('takes a text that it cannot read for `all`, and warns once', async () => {
    const { hub, warnings, open, listen, settle } = setUp();
    const { heard } = listen(open());
    await settle();
    const { send } = hub.broadcast();
    await send(['hello', 'synckeep9 0123456789abcdef *', '']);
    expect(heard).toEqual([all, all, all, all]);
    expect(warnings).toHaveLength(1);
  });

  it('sends what waits before it closes, without a rest, and is silent afterwards', async () => {
    const { hub, open, listen, settle } = setUp();
    const [notifier, other] = [open(), listen(open())];
    const own = listen(notifier);
    await settle();
    notifier.publish(written(0, 1));
    notifier.publish(access);
    await notifier.close();
    expect(other.heard).toEqual([all, written(0, 1), access]);
    expect(hub.size).toBe(1);
    notifier.publish(all);
    listen(notifier);
    await notifier.close();
    await settle();
    expect(other.heard).toHaveLength(3);
    expect(own.heard).toEqual([all, written(0, 1), access]);
    expect(hub.size).toBe(1);
  });

  it('closes in bounded time though nothing can be sent, and says so', async () => {
    const { hub, warnings, open, pass } = setUp();
    const [failing, hanging] = [open(), open()];
    hub.stop();
    failing.publish(access);
    await pass(10);
    await failing.close();
    hub.holdSending();
    hanging.publish(access);
    const closed = hanging.close();
    await pass(2_000);
    await closed;
    const lost = 'News could not be sent before the end; the others find out by looking.';
    expect(warnings.filter((warning) => warning === lost)).toHaveLength(2);
  });

  it('leaves no timer behind', async () => {
    const { clock, open, listen, settle, pass } = setUp();
    const notifier = open();
    listen(notifier);
    await settle();
    notifier.publish(access);
    await notifier.close();
    await pass(20);
    expect(clock.pending).toBe(0);
  });

  it('measures how long its own news takes to come back, while it listens', async () => {
    const { clock, hub, pass } = setUp();
    const notes: Observation[] = [];
    const observer = { note: (seen: Observation) => void notes.push(seen), follow: () => {} };
    const broadcast = hub.broadcast();
    const slow = {
      ...broadcast,
      send: async (texts: readonly string[]) => void clock.after(70, () => void broadcast.send(texts)),
    };
    const notifier = createBroadcastNotifier({
      broadcast: slow,
      longestText: 500,
      clock,
      random: systemRandom,
      observer,
    });
    notifier.publish(access);
    await pass(200);
    expect(notes).toEqual([]);
    notifier.subscribe(() => {});
    await pass(50);
    notifier.publish(written(0, 1));
    await pass(200);
    expect(notes).toEqual([{ kind: 'news', seconds: 0.07 }]);
    await notifier.close();
  });
});
