import { BehaviorSubject, distinctUntilChanged, type Observable, type Subject } from 'rxjs';
import type { BlobRef } from '../blobs/index.js';
import type { QuarantinedChange, RowKey } from '../store/local-store.js';
import type { SyncContext } from '../sync/context.js';
import type { SyncEngine } from '../sync/engine.js';
import type { EntryKeys } from '../sync/ports.js';
import { resend, retryIncoming } from '../sync/quarantine.js';
import type { SyncStatus } from '../sync/status.js';
import type { Tabs } from '../tabs/tabs.js';

export interface SyncEvents {
  /** What the sync does has changed. */
  status: SyncStatus;
  /** Rows have changed, here, in another tab or on another device. */
  rows: readonly RowKey[];
  /** Changes that could not be pushed or applied were set aside. */
  quarantined: readonly QuarantinedChange[];
  /** Rows were pushed that refer to files which neither the server nor the cache has: upload those files again. */
  missingBlobs: readonly BlobRef[];
}

/** Changes that wait for the person or the program. */
export interface Quarantine {
  list(): Promise<readonly QuarantinedChange[]>;
  /** Pushes a refused row again, tries an unreadable change again, brings a row back that was deleted elsewhere. */
  retry(key: string): Promise<void>;
  /** Forgets the entry. A refused row stays as it is on this device alone, until it is edited. */
  discard(key: string): Promise<void>;
}

export interface ClientSync {
  readonly status$: Observable<SyncStatus>;
  readonly status: SyncStatus;
  on<E extends keyof SyncEvents>(event: E, listener: (value: SyncEvents[E]) => void): () => void;
  /** Begins to sync, or to wait for the tab that does. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends a pause and looks for news. */
  now(): void;
  /** After a reset of the log (P-69): push what this device has into the new one, or empty this device. */
  answerReset(answer: 'keep' | 'discard'): void;
  readonly quarantine: Quarantine;
}

export interface ClientSyncParts {
  readonly context: SyncContext;
  readonly engine: SyncEngine;
  readonly keys: EntryKeys;
  readonly tabs: Tabs;
  readonly rows$: Subject<readonly RowKey[]>;
  readonly setAside$: Observable<readonly QuarantinedChange[]>;
  readonly missingBlobs$: Observable<readonly BlobRef[]>;
}

/** The sync as a program sees it, whether this tab does it or another. */
export const createClientSync = (parts: ClientSyncParts) => {
  const { context, engine, keys, tabs, rows$, setAside$, missingBlobs$ } = parts;
  const { store } = context;
  const status$ = new BehaviorSubject<SyncStatus>(engine.status);
  let isLeading = false;
  let leave = (): void => {};

  const shown = engine.status$.subscribe((status) => {
    if (!isLeading) return;
    status$.next(status);
    tabs.post({ kind: 'status', status });
  });

  const forget = tabs.onMessage((message) => {
    if (message.kind === 'rows') rows$.next(message.keys);
    if (message.kind === 'status' && !isLeading) status$.next(message.status);
    if (!isLeading) return;
    if (message.kind === 'wrote') {
      engine.tell({ type: 'wrote', isDelete: message.isDelete });
      void engine.recount();
    }
    if (message.kind === 'hello') tabs.post({ kind: 'status', status: engine.status });
  });

  const wrote = (key: RowKey, isDelete: boolean): void => {
    rows$.next([key]);
    tabs.post({ kind: 'rows', keys: [key] });
    if (isLeading) {
      engine.tell({ type: 'wrote', isDelete });
      void engine.recount();
    } else tabs.post({ kind: 'wrote', isDelete });
  };

  const find = async (key: string): Promise<QuarantinedChange | undefined> =>
    (await store.quarantine()).find((change) => change.key === key);

  const quarantine: Quarantine = {
    list: () => store.quarantine(),
    async retry(key) {
      const change = await find(key);
      if (!change) return;
      const current = keys.current();
      if (change.received === null) {
        await resend(context, change);
        wrote(change, false);
      } else if (current !== null) await retryIncoming(context, current, [change]);
      await engine.recount();
    },
    async discard(key) {
      await store.commit({ release: [key] });
      await engine.recount();
    },
  };

  const streams: { readonly [E in keyof SyncEvents]: Observable<SyncEvents[E]> } = {
    status: status$.pipe(distinctUntilChanged()),
    rows: rows$,
    quarantined: setAside$,
    missingBlobs: missingBlobs$,
  };

  const api: ClientSync = {
    status$: streams.status,
    get status() {
      return status$.value;
    },
    on(event, listener) {
      const subscription = streams[event].subscribe(listener);
      return () => subscription.unsubscribe();
    },
    async start() {
      leave();
      let started: Promise<void> | null = null;
      leave = tabs.lead(() => {
        isLeading = true;
        started = engine.start();
      });
      tabs.post({ kind: 'hello' });
      // While another tab syncs this one is ready all the same.
      await started;
    },
    async stop() {
      await engine.stop();
      leave();
      leave = () => {};
      isLeading = false;
      status$.next(engine.status);
    },
    now: () => engine.tell({ type: 'retry-now' }),
    answerReset: (answer) => engine.tell({ type: 'reset-answered', answer: answer === 'keep' ? 'kept' : 'discarded' }),
    quarantine,
  };

  return {
    api,
    wrote,
    close() {
      shown.unsubscribe();
      forget();
    },
  };
};
