import { SyncError } from '@synckeep/protocol';
import type {
  AppendResult,
  ConfirmedBlob,
  LogHead,
  MovedDevice,
  MovedEnvelope,
  PastKey,
  Scope,
  StoredChange,
} from '../ports/index.js';
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

export interface StoredDevice extends MovedDevice {
  /** When it last read. */
  readonly presentedAt: number;
}

/** A head that the log is known to have had. */
export interface Mark {
  readonly at: number;
  readonly position: number;
}

export type Envelope = MovedEnvelope;

export interface Reservation {
  readonly hash: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly madeAt: number;
  readonly expiresAt: number;
}

export interface StoredBlob extends ConfirmedBlob {
  readonly touchedAt: number | null;
}

export interface StoredBatch {
  readonly deviceId: string;
  readonly batchId: string;
  readonly result: AppendResult;
  readonly receivedAt: number;
}

/** Everything of one scope. Maps keep the order in which things came. */
export interface ScopeState {
  readonly scope: Scope;
  isErasing: boolean;
  /** The import that brought it; null when it began here. */
  readonly importId: string | null;

  head: LogHead;
  /** Epochs that a reset ended. */
  readonly endedEpochs: Set<string>;
  /** By position. */
  readonly rows: Map<number, Row>;
  /** The sum over `rows`. */
  dataBytes: number;
  /** Rows at or below may be gone. */
  compacted: number;
  /** The head at which the present epoch began. */
  epochStart: number;
  /** Oldest first. */
  marks: readonly Mark[];
  /** By device and batch id. */
  readonly batches: Map<string, StoredBatch>;

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
  readonly blobs: Map<string, StoredBlob>;
  /** Position of the newest change that was appended with data and names no blobs. */
  unnamed: number;
  /** By object key. */
  readonly reservations: Map<string, Reservation>;
}

/** A scope that an import holds. */
export interface HeldScope {
  readonly importId: string;
  /** The try that holds it; null once it is sealed, '' once it is given up. */
  readonly run: string | null;
  readonly log: ScopeState;
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
  /** By `scopeKey`; never one that is in `scopes` too. */
  readonly held: Map<string, HeldScope>;
  /** By kind, then by key. */
  readonly records: Map<string, Map<string, RecordState>>;
  /** Keys of objects. */
  readonly discarded: Set<string>;
}

export const createMemoryState = (): MemoryState => ({
  scopes: new Map(),
  held: new Map(),
  records: new Map(),
  discarded: new Set(),
});

export const findScope = (state: MemoryState, scope: Scope): ScopeState | undefined =>
  state.scopes.get(scopeKey(scope));

export const createScopeState = (
  { appId, userId }: Scope,
  epoch: string,
  importId: string | null = null,
): ScopeState => ({
  scope: { appId, userId },
  isErasing: false,
  importId,
  head: { epoch, position: 0, tag: 0, floor: 0 },
  endedEpochs: new Set(),
  rows: new Map(),
  dataBytes: 0,
  compacted: 0,
  epochStart: 0,
  marks: [],
  batches: new Map(),
  devices: new Map(),
  key: null,
  rotation: null,
  history: [],
  lastKeyVersion: 0,
  keyRevision: 0,
  wasRotated: false,
  blobs: new Map(),
  unnamed: 0,
  reservations: new Map(),
});

/** Finds the scope, or makes it with an empty log of this epoch. @throws SyncError `unavailable` while an import holds it */
export const makeScope = (state: MemoryState, scope: Scope, epoch: string): ScopeState => {
  const found = findScope(state, scope);
  if (found) return found;
  if (state.held.has(scopeKey(scope))) throw new SyncError('unavailable', { retryAfter: 10 });
  const made = createScopeState(scope, epoch);
  state.scopes.set(scopeKey(scope), made);
  return made;
};

/** Every scope, also those that imports hold. */
export const allScopes = (state: MemoryState): ScopeState[] => [
  ...state.scopes.values(),
  ...[...state.held.values()].map(({ log }) => log),
];

/** Takes a row out of the log. */
export const dropRow = (log: ScopeState, { change: { position }, bytes }: Row): void => {
  if (log.rows.delete(position)) log.dataBytes -= bytes;
};

/** Puts a row at its position, in the place of what was there. */
export const putRow = (log: ScopeState, row: Row): void => {
  const { position } = row.change;
  log.dataBytes += row.bytes - (log.rows.get(position)?.bytes ?? 0);
  log.rows.set(position, row);
};
