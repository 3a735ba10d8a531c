import { Subject } from 'rxjs';
import type { ApiCalls } from '../api/call.js';
import { createHttpCalls, toBase } from '../api/http-calls.js';
import { createOAuth, type OAuth } from '../auth/oauth.js';
import { type ClientSession, createSession } from '../auth/session.js';
import { type BlobRef, type Blobs, type BlobsOptions, createBlobs } from '../blobs/index.js';
import { createHybridClock } from '../merge/hybrid-clock.js';
import { lastWriteWins } from '../merge/merge.js';
import type { LocalStore, QuarantinedChange, RowKey } from '../store/local-store.js';
import type { SyncContext } from '../sync/context.js';
import { createSyncEngine } from '../sync/engine.js';
import { type EntryKeys, type Network, steadyNetwork } from '../sync/ports.js';
import type { DeviceLabel } from '../sync/register.js';
import { systemTimers, type Timers } from '../sync/timers.js';
import { soleTab, type Tabs } from '../tabs/tabs.js';
import { ClientError } from './client-error.js';
import { type ClientSync, createClientSync } from './sync.js';
import { createTable, type Table } from './table.js';
import { checkTables, type RowWithId, type Tables } from './table-options.js';

export interface ClientParts {
  readonly call: ApiCalls;
  readonly store: LocalStore;
}

export interface ClientOptions<T extends Tables, Keys extends EntryKeys> {
  /** Where the server is: its origin, or the whole prefix where it is mounted elsewhere than at /api/sync. */
  readonly url: string;
  /** The key of the app. It is no secret: every copy of the program has it. */
  readonly apiKey: string;
  /** One store for each account. The client does not close it. */
  readonly store: LocalStore;
  readonly tables: T;
  /** Makes the keys of the log from what the client has. */
  readonly keys: (parts: ClientParts) => Keys;
  /** How encrypted files are sent and cached; see `createBlobs`. */
  readonly blobs?: Omit<BlobsOptions, 'call'>;
  /**
   * Whether the server is told which blobs a row refers to, which it must be where it is to remove the others; true
   * without it. With false all stay.
   */
  readonly nameBlobs?: boolean;
  /** What people see in their list of devices. */
  readonly device: DeviceLabel;
  /** Below which `/authorize` and `/token` are; `/oauth` of the server's origin without it. */
  readonly oauthUrl?: string;
  readonly tabs?: Tabs;
  readonly network?: Network;
  readonly fetch?: typeof globalThis.fetch;
  readonly timers?: Timers;
  /** Milliseconds between two looks for news beside the stream; five minutes without it. */
  readonly pollInterval?: number;
  /** Makes ids of installations and batches; random UUIDs without it. */
  readonly newId?: () => string;
}

export interface Client<T extends Tables, Keys extends EntryKeys> {
  table<Row extends RowWithId>(name: keyof T & string): Table<Row>;
  readonly sync: ClientSync;
  readonly session: ClientSession;
  readonly oauth: OAuth;
  readonly keys: Keys;
  /** Encrypted files beside the rows. */
  readonly blobs: Blobs;
  /** Every operation of the server, typed by the table of operations. */
  readonly call: ApiCalls;
  /** Ends the sync. Nothing is lost: what waits is in the store. */
  close(): Promise<void>;
}

/** 8 hex digits that tell this run of the program from others at the same millisecond. */
const randomNode = (): string => crypto.randomUUID().slice(0, 8);

/** Opens the client and takes up the session of the last run. The sync begins with `client.sync.start()`. */
export const createClient = async <T extends Tables, Keys extends EntryKeys>(
  options: ClientOptions<T, Keys>,
): Promise<Client<T, Keys>> => {
  const { url, apiKey, store, tables, device, fetch = globalThis.fetch } = options;
  const { tabs = soleTab, network = steadyNetwork, timers = systemTimers, pollInterval = 300_000 } = options;
  const { newId = () => crypto.randomUUID() } = options;
  checkTables(tables);

  const http = createHttpCalls({ url, fetch, token: () => session.token() });
  const oauthUrl = options.oauthUrl ?? `${new URL(toBase(url)).origin}/oauth`;
  const oauth = createOAuth({ url: oauthUrl, apiKey, fetch });
  const session = createSession({ store, call: http.call, oauth, apiKey, now: timers.now });
  await session.restore();
  const keys = options.keys({ call: http.call, store });

  const rows$ = new Subject<readonly RowKey[]>();
  const missingBlobs$ = new Subject<readonly BlobRef[]>();
  const closing = new AbortController();
  const blobs = createBlobs({ fetch, timers, ...options.blobs, call: http.call });
  const restore = async (refs: readonly BlobRef[]): Promise<void> => {
    const missing: BlobRef[] = [];
    for (const ref of refs) {
      // Whatever stood in the way, the program hears that the file is not there.
      const isThere = await blobs.restore(ref, { signal: closing.signal }).catch(() => false);
      if (!isThere) missing.push(ref);
    }
    if (missing.length > 0 && !closing.signal.aborted) missingBlobs$.next(missing);
  };

  const setAside$ = new Subject<readonly QuarantinedChange[]>();
  const clock = createHybridClock({ now: timers.now, node: randomNode() });
  const context: SyncContext = {
    store,
    call: http.call,
    open: http.open,
    clock,
    now: timers.now,
    newId,
    namesBlobs: options.nameBlobs ?? true,
    mergeOf: (table) => tables[table]?.merge ?? lastWriteWins,
    onRows(changed) {
      const keys = changed.map(({ table, id }) => ({ table, id }));
      rows$.next(keys);
      tabs.post({ kind: 'rows', keys });
    },
    onSetAside: (changes) => setAside$.next(changes),
    onMissingBlobs: (refs) => void restore(refs),
  };
  const engine = createSyncEngine({
    context,
    http,
    session,
    keys,
    network,
    device,
    timers,
    intervals: { poll: pollInterval },
  });
  const sync = createClientSync({ context, engine, keys, tabs, rows$, setAside$, missingBlobs$ });

  return {
    table(name) {
      const found = tables[name];
      if (!found) throw new ClientError('unknown_table', `There is no table "${name}". Name it in tables.`);
      return createTable(name, found, { store, clock, rows$, onWrite: sync.wrote });
    },
    sync: sync.api,
    session,
    oauth,
    keys,
    blobs,
    call: http.call,
    async close() {
      closing.abort();
      await sync.api.stop();
      sync.close();
    },
  };
};
