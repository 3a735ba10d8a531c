import type { BlobStore, Clock, Notifier, Random, Storage } from '@synckeep/core';
import {
  createMemoryBlobStore,
  createMemoryNotifier,
  createMemoryState,
  createMemoryStorage,
} from '@synckeep/core/memory';
import type { FetchUrl } from '../contracts/blob-store/opened-blob-store.js';
import { createTestAccounts, type TestAccounts, type TestAccountsOptions } from './test-accounts.js';
import { type OpenTransport, openDispatch } from './transport.js';

/** A storage of its own for one test. */
export interface ScenarioStorage {
  readonly storage: Storage;
  /** Everything that is stored, as text: what an erase leaves is searched for in it. */
  dump(): string | Promise<string>;
  close(): Promise<void>;
}

export interface ScenarioBlobStore {
  readonly blobStore: BlobStore;
  /** Calls those of its URLs that do not begin with `publicUrl`; the `fetch` of the platform unless said. */
  readonly fetch?: FetchUrl;
  close(): Promise<void>;
}

/** What the scenarios run on. Left out parts are the memory ones, so that a failure is the fault of what was given. */
export interface ScenarioSetup {
  /** How requests reach the server; without it they are handed to `dispatch`. */
  readonly open?: OpenTransport;
  readonly storage?: (clock: Clock) => Promise<ScenarioStorage>;
  /** URLs that it serves itself, through routes, must begin with `publicUrl`. */
  readonly blobStore?: (parts: { clock: Clock; random: Random; publicUrl: string }) => Promise<ScenarioBlobStore>;
  readonly notifier?: () => Notifier;
  /** Who logs users in and knows their tokens. */
  readonly accounts?: (options: TestAccountsOptions) => TestAccounts;
}

/** Where signed URLs point to; a transport sends what is below it to the server at hand. */
export const publicUrl = 'http://synckeep.test/api/sync';

const printable = (_: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;

const memoryStorage = async (): Promise<ScenarioStorage> => {
  const state = createMemoryState();
  const storage = createMemoryStorage({ state });
  return { storage, dump: () => JSON.stringify(state, printable), close: () => storage.close() };
};

export const completeSetup = (setup: ScenarioSetup): Required<ScenarioSetup> => ({
  open: openDispatch,
  storage: memoryStorage,
  blobStore: async ({ clock, random }) => ({
    blobStore: createMemoryBlobStore({ baseUrl: () => publicUrl, clock, secret: random.bytes(32) }),
    close: async () => {},
  }),
  notifier: createMemoryNotifier,
  accounts: createTestAccounts,
  ...setup,
});
