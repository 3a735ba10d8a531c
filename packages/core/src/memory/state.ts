import type { Place } from '@synckeep/protocol';
import type { AppendResult, ConfirmedBlob, LogHead, PastKey, Platform, Scope, StoredChange } from '../ports/index.js';
import { scopeKey } from '../ports/index.js';

/** A change in a log. Never written to: a rotation puts another row in its place. */
export interface Row {
  readonly change: StoredChange;
  readonly tag: number;
  /** Of `data` in UTF-8. */
  readonly bytes: number;
  /** What the running rotation replaced; null when it has not come to this row. */
  readonly replaced: { readonly data: string; readonly keyVersion: number | null } | null;
  /** Declared so in the running rotation. */
  readonly isUnreadable: boolean;
}

export interface StoredDevice {
  readonly id: string;
  readonly name: string;
  readonly platform: Platform;
  readonly installationId: string | null;
  readonly session: string | null;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly lastPush: number;
  /** Where its last pull read from, with the marker and the floor that went on; null when it never pulled from this log. */
  readonly presented: Place | null;
}

export interface Envelope {
  readonly envelope: string;
  readonly etag: string;
  readonly keyVersion: number;
}

export interface Reservation {
  readonly hash: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly madeAt: number;
  readonly expiresAt: number;
}

/** Everything of one scope. Maps keep the order in which things came. */
export interface ScopeState {
  readonly scope: Scope;
  isErasing: boolean;

  head: LogHead;
  /** Epochs that a reset ended. */
  readonly endedEpochs: Set<string>;
  /** By position. */
  readonly rows: Map<number, Row>;
  /** The sum over `rows`. */
  dataBytes: number;
  /** By device and batch id. */
  readonly batches: Map<string, { readonly result: AppendResult; readonly receivedAt: number }>;

  /** By id. */
  readonly devices: Map<string, StoredDevice>;

  key: Envelope | null;
  rotation: (Envelope & { readonly isAborting: boolean }) | null;
  /** Oldest first. */
  history: readonly PastKey[];
  lastKeyVersion: number;
  keyRevision: number;
  /** Whether a rotation was ever begun in this log. */
  wasRotated: boolean;

  /** By hash. */
  readonly blobs: Map<string, ConfirmedBlob>;
  /** By object key. */
  readonly reservations: Map<string, Reservation>;
}

export interface RecordState {
  readonly json: string;
  readonly version: number;
  readonly expiresAt: number | null;
  readonly unique: ReadonlyMap<string, string>;
  readonly indexes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What storages share: hand one to several `createMemoryStorage` calls to have several instances over one store. */
export interface MemoryState {
  /** By `scopeKey`. */
  readonly scopes: Map<string, ScopeState>;
  /** By kind, then by key. */
  readonly records: Map<string, Map<string, RecordState>>;
  /** Keys of objects. */
  readonly discarded: Set<string>;
}

export const createMemoryState = (): MemoryState => ({
  scopes: new Map(),
  records: new Map(),
  discarded: new Set(),
});

export const findScope = (state: MemoryState, scope: Scope): ScopeState | undefined =>
  state.scopes.get(scopeKey(scope));

/** Finds the scope, or makes it with an empty log of this epoch. */
export const makeScope = (state: MemoryState, { appId, userId }: Scope, epoch: string): ScopeState => {
  const scope = { appId, userId };
  const found = findScope(state, scope);
  if (found) return found;
  const made: ScopeState = {
    scope,
    isErasing: false,
    head: { epoch, position: 0, tag: 0, floor: 0 },
    endedEpochs: new Set(),
    rows: new Map(),
    dataBytes: 0,
    batches: new Map(),
    devices: new Map(),
    key: null,
    rotation: null,
    history: [],
    lastKeyVersion: 0,
    keyRevision: 0,
    wasRotated: false,
    blobs: new Map(),
    reservations: new Map(),
  };
  state.scopes.set(scopeKey(scope), made);
  return made;
};

/** Puts a row at its position, in the place of what was there. */
export const putRow = (log: ScopeState, row: Row): void => {
  const { position } = row.change;
  log.dataBytes += row.bytes - (log.rows.get(position)?.bytes ?? 0);
  log.rows.set(position, row);
};
