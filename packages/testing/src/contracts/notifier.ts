import type { News, Notifier } from '@synckeep/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTurns } from '../in-turns.js';
import { createScope } from './samples.js';

export interface OpenedNotifier {
  readonly notifier: Notifier;
  /** The notifier of another process. */
  readonly other: Notifier;
  /**
   * Commits something in the process of `notifier`, as happens before every publish. A notifier that finds news by
   * looking at the database needs it; for one with messages of its own it does nothing.
   */
  commit(): Promise<void>;
  close(): Promise<void>;
}

export interface NotifierContract {
  /** Opens two notifiers that hear each other; called once for the whole suite. */
  open(): Promise<OpenedNotifier>;
}

const deadline = 500;

const samples = (): News[] => {
  const scope = createScope();
  return [
    { topic: 'log', scope, deviceId: crypto.randomUUID(), from: 3, to: 7 },
    { topic: 'keys', scope },
    { topic: 'access' },
    { topic: 'all' },
  ];
};

/** Whether a listener that hears `heard` knows of `news`: the same, or a wider one. */
const covers = (heard: News, news: News): boolean => {
  if (heard.topic === 'all') return true;
  if (heard.topic === 'log' && news.topic === 'log') {
    const isSameScope = heard.scope.appId === news.scope.appId && heard.scope.userId === news.scope.userId;
    return isSameScope && heard.deviceId === news.deviceId && heard.from <= news.from && heard.to >= news.to;
  }
  if (heard.topic === 'keys' && news.topic === 'keys') {
    return heard.scope.appId === news.scope.appId && heard.scope.userId === news.scope.userId;
  }
  return heard.topic === news.topic;
};

/** The contract of a notifier between processes. */
export const describeNotifier = (name: string, contract: NotifierContract): void => {
  describe(`notifier: ${name}`, () => {
    let current: OpenedNotifier | undefined;
    const opened = (): OpenedNotifier => {
      if (current === undefined) throw new Error(`The notifier ${name} is not open.`);
      return current;
    };
    const listen = (notifier: Notifier) => {
      const heard: News[] = [];
      const end = notifier.subscribe((news) => heard.push(news));
      return { heard, end };
    };
    const within = async (heard: readonly News[], news: News): Promise<void> => {
      const isHeard = (): boolean => heard.some((one) => covers(one, news));
      await inTurns(deadline, isHeard);
      expect(isHeard(), `${news.topic} was not heard`).toBe(true);
    };

    beforeAll(async () => {
      current = await contract.open();
    });
    afterAll(async () => {
      await current?.close();
    });

    it.each(samples().map((news) => [news.topic, news] as const))(
      'tells every listener of the same process of `%s` at once',
      async (_, news) => {
        const { notifier, commit } = opened();
        const listeners = [listen(notifier), listen(notifier)];
        await commit();
        notifier.publish(news);
        for (const { heard, end } of listeners) {
          expect(heard.some((one) => covers(one, news))).toBe(true);
          end();
        }
      },
    );

    it.each(samples().map((news) => [news.topic, news] as const))(
      'tells every listener of another process of `%s` within 500 ms, perhaps as a wider piece of news',
      async (_, news) => {
        const { notifier, other, commit } = opened();
        const listeners = [listen(other), listen(other)];
        await commit();
        notifier.publish(news);
        for (const { heard } of listeners) await within(heard, news);
        for (const { end } of listeners) end();
      },
    );

    it('tells of every one of many pieces of news', async () => {
      const { notifier, other, commit } = opened();
      const [here, there] = [listen(notifier), listen(other)];
      const all = Array.from({ length: 50 }, samples).flat();
      await commit();
      for (const news of all) notifier.publish(news);
      for (const news of all) {
        expect(here.heard.some((one) => covers(one, news))).toBe(true);
        await within(there.heard, news);
      }
      here.end();
      there.end();
    });

    it('tells a listener of what is published after it began, though others began and ended meanwhile', async () => {
      const { notifier, other, commit } = opened();
      const first = listen(other);
      const second = listen(other);
      first.end();
      await commit();
      notifier.publish({ topic: 'access' });
      await within(second.heard, { topic: 'access' });
      second.end();
    });

    it('tells an ended listener nothing more', async () => {
      const { notifier, commit } = opened();
      const { heard, end } = listen(notifier);
      const witness = listen(notifier);
      end();
      end();
      await commit();
      notifier.publish({ topic: 'access' });
      await within(witness.heard, { topic: 'access' });
      expect(heard).toEqual([]);
      witness.end();
    });

    it('neither throws nor stops when a listener throws', async () => {
      const { notifier, commit } = opened();
      const end = notifier.subscribe(() => {
        throw new Error('a listener that fails');
      });
      const { heard, end: endWitness } = listen(notifier);
      await commit();
      expect(() => notifier.publish({ topic: 'access' })).not.toThrow();
      await within(heard, { topic: 'access' });
      end();
      endWitness();
    });
  });
};
