import type { LocalStore, StoredDocument } from '../store/local-store.js';
import type { Recovery } from './state.js';

export type Cursor = string | number;

/** What the engine remembers between two runs. It is committed with the rows that it speaks of. */
export interface SyncDocument {
  /** Names this installation (P-21); a new one makes a new device. */
  readonly installationId: string;
  readonly deviceId: string | null;
  /** Up to where the log is in the rows; null: nothing yet. */
  readonly cursor: Cursor | null;
  /** Counts the passes over the log that must bring every row. */
  readonly pass: number;
  /** Why the log is read from its start; null once it was read to its end. */
  readonly recovery: Recovery | null;
  /** How many changes behind the cursor this device knows to have pushed. */
  readonly acked: number;
  /** Until the log is read to its end, own changes are to come too. */
  readonly own: boolean;
  /** `last_push` of the last page. */
  readonly lastPush: number;
  /** How far the server's clock is ahead, in milliseconds. */
  readonly offset: number;
}

/** A change as it is sent, and what it was made from. */
export interface BatchMember {
  readonly table: string;
  readonly id: string;
  readonly count: number;
  readonly moment: string;
  readonly value: string | null;
}

export interface WireChange {
  readonly table: string;
  readonly op: 'insert' | 'update' | 'delete';
  readonly row_id: string;
  readonly timestamp: string;
  readonly data: string;
}

/** A batch on its way. It keeps its id and its ciphertext until it is acknowledged or refused. */
export interface BatchDocument {
  readonly batchId: string;
  readonly keyVersion: number | null;
  /** The cursor that the rows were merged up to. */
  readonly base: Cursor | null;
  readonly changes: readonly WireChange[];
  readonly members: readonly BatchMember[];
}

export interface Read<T> {
  readonly value: T;
  readonly revision: number;
}

const read = async <T>(store: LocalStore, key: string): Promise<Read<T | null>> => {
  const { text, revision } = await store.document(key);
  // What this store holds only this program wrote.
  const value: T | null = text === null ? null : JSON.parse(text);
  return { value, revision };
};

const toDocument = (key: string, value: unknown, revision: number): StoredDocument => ({
  key,
  text: value === null ? null : JSON.stringify(value),
  revision,
});

export const readBatch = (store: LocalStore): Promise<Read<BatchDocument | null>> => read(store, 'batch');
export const batchDocument = (value: BatchDocument | null, revision: number): StoredDocument =>
  toDocument('batch', value, revision);

export const syncDocument = (value: SyncDocument, revision: number): StoredDocument =>
  toDocument('sync', value, revision);

/** @param newId makes the id of a store that is used for the first time */
export const readSync = async (store: LocalStore, newId: () => string): Promise<Read<SyncDocument>> => {
  for (;;) {
    const { value, revision } = await read<SyncDocument>(store, 'sync');
    if (value !== null) return { value, revision };
    const first: SyncDocument = {
      installationId: newId(),
      deviceId: null,
      cursor: null,
      pass: 1,
      recovery: null,
      acked: 0,
      own: false,
      lastPush: 0,
      offset: 0,
    };
    if (await store.commit({ documents: [syncDocument(first, revision)] }))
      return { value: first, revision: revision + 1 };
  }
};
