import type { BlobCache } from '../../src/blobs/index.js';
import { type Client, createClient } from '../../src/client/create-client.js';
import type { Tables } from '../../src/client/table-options.js';
import type { LocalStore } from '../../src/store/local-store.js';
import { createMemoryLocalState, createMemoryLocalStore, type MemoryLocalState } from '../../src/store/memory-store.js';
import type { SealingKeys } from '../../src/sync/context.js';
import type { EntryKeys } from '../../src/sync/ports.js';
import { systemTimers, type Timers } from '../../src/sync/timers.js';
import { createPlainCipher } from './plain-cipher.js';
import type { World } from './server.js';

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly title?: string;
}

export interface TestKeys extends EntryKeys {
  set(keys: SealingKeys | null): void;
  /** What a refresh finds. */
  onServer: SealingKeys | null;
}

export const createTestKeys = (): TestKeys => {
  const listeners = new Set<() => void>();
  let current: SealingKeys | null = { cipher: createPlainCipher(), keyVersion: null };
  return {
    onServer: current,
    current: () => current,
    async refresh() {
      current = this.onServer;
      return current !== null;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(keys) {
      current = keys;
      if (keys !== null) this.onServer = keys;
      for (const listener of listeners) listener();
    },
  };
};

/** Waits a hundred times less than a real client. */
export const quickTimers: Timers = {
  ...systemTimers,
  after: (milliseconds, callback) => systemTimers.after(milliseconds / 100, callback),
};

export interface DeviceOptions {
  readonly fetch?: typeof globalThis.fetch;
  readonly state?: MemoryLocalState;
  readonly store?: LocalStore;
  readonly tables?: Tables;
  readonly timers?: Timers;
  readonly name?: string;
  readonly isLoggedIn?: boolean;
  readonly nameBlobs?: boolean;
  readonly cache?: BlobCache;
}

export type TestDevice = Client<Tables, TestKeys> & { readonly state: MemoryLocalState; readonly store: LocalStore };

/** A device of the world's user, logged in and not syncing yet. */
export const openDevice = async (world: World, options: DeviceOptions = {}): Promise<TestDevice> => {
  const state = options.state ?? createMemoryLocalState();
  const store = options.store ?? createMemoryLocalStore(state);
  const client = await createClient({
    url: 'http://synckeep.test',
    apiKey: world.apiKey,
    store,
    tables: options.tables ?? { notes: {} },
    keys: createTestKeys,
    device: { name: options.name ?? 'Laptop', platform: 'linux' },
    fetch: options.fetch ?? world.fetch,
    timers: options.timers ?? quickTimers,
    ...(options.nameBlobs !== undefined && { nameBlobs: options.nameBlobs }),
    ...(options.cache && { blobs: { cache: options.cache } }),
  });
  const isNew = client.session.account === null;
  if (isNew && options.isLoggedIn !== false)
    await client.session.logIn({ email: world.email, password: world.password });
  return { ...client, state, store };
};

/** Waits until a condition holds. */
export const until = async (holds: () => boolean | Promise<boolean>, what = 'The condition', patience = 10_000) => {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what} did not come about.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Waits until a device has nothing to push and has read all there is. */
export const settled = (device: TestDevice): Promise<void> =>
  until(
    () => device.sync.status.phase === 'idle' && device.sync.status.unsent === 0,
    `Rest (now ${JSON.stringify(device.sync.status)})`,
  );
