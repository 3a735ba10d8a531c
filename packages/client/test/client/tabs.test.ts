import { afterEach, expect, test } from 'vitest';
import { createClient } from '../../src/client/create-client.js';
import { createMemoryLocalState, createMemoryLocalStore } from '../../src/store/memory-store.js';
import { createWebTabs } from '../../src/tabs/web-tabs.js';
import { createTestKeys, type Note, quickTimers, until } from '../world/device.js';
import { intercept } from '../world/intercept.js';
import { openWorld, type World } from '../world/server.js';

/** As much of Web Locks as one exclusive lock needs; the BroadcastChannel is that of Node. */
const createLocks = (): LockManager => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: async (
      _: string,
      options: LockOptions | LockGrantedCallback<unknown>,
      callback?: LockGrantedCallback<unknown>,
    ) => {
      const work = callback ?? (() => {});
      const signal = 'signal' in options ? options.signal : undefined;
      const turn = last.then(() => {
        signal?.throwIfAborted();
        return work({ name: '', mode: 'exclusive' });
      });
      last = turn.catch(() => {});
      return turn;
    },
    query: async () => ({}),
  };
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const openTabs = async (world: World) => {
  const name = crypto.randomUUID();
  const locks = createLocks();
  const state = createMemoryLocalState();
  const streams: string[] = [];
  return {
    streams,
    async open(tab: string) {
      const tabs = createWebTabs({ name, locks });
      const fetch = intercept(world.fetch, ({ path }) => {
        if (path === '/subscribe') streams.push(tab);
        return null;
      });
      const client = await createClient({
        url: 'http://synckeep.test',
        apiKey: world.apiKey,
        store: createMemoryLocalStore(state),
        tables: { notes: {} },
        keys: createTestKeys,
        device: { name: 'Browser', platform: 'web' },
        timers: quickTimers,
        fetch,
        tabs,
      });
      if (client.session.account === null) await client.session.logIn({ email: world.email, password: world.password });
      closing.push(client.close, tabs.close);
      await client.sync.start();
      return client;
    },
  };
};

test('of two tabs one syncs, both see every row and the status, and the second takes over', async () => {
  const world = await openWorld();
  closing.push(world.close);
  const { streams, open } = await openTabs(world);
  const [first, second] = [await open('first'), await open('second')];
  const countOnServer = async () => (await second.call('status')).body.total_changes;

  const seen: number[] = [];
  const watching = first
    .table<Note>('notes')
    .observe()
    .subscribe((rows) => seen.push(rows.length));
  closing.push(() => watching.unsubscribe());
  await second.table<Note>('notes').put({ id: 'one', text: 'from the tab that does not sync' });
  await until(async () => (await countOnServer()) === 1);
  await until(() => seen.at(-1) === 1);
  await until(() => second.sync.status.phase === 'idle' && second.sync.status.live);
  expect(new Set(streams)).toEqual(new Set(['first']));

  await first.close();
  await second.table<Note>('notes').put({ id: 'two', text: 'after the other tab was closed' });
  await until(async () => (await countOnServer()) === 2);
  expect(new Set(streams)).toEqual(new Set(['first', 'second']));
});
