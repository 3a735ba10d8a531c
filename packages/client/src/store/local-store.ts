import type { Moment } from '../merge/hybrid-clock.js';
import type { RowState } from '../merge/row-text.js';
import type { Version } from '../merge/version.js';

export interface RowKey {
  readonly table: string;
  readonly id: string;
}

/** A row as this device has it. Deleted rows stay, with the value null, so that an older state cannot bring them back. */
export interface StoredRow extends RowKey, RowState {
  /** The newest state of the row that is known to be in the log; null for none. */
  readonly logged: Version | null;
  /** The value of that state while the row differs from it: what a merge starts from. */
  readonly base: string | null;
  /** Since when the row waits to be pushed; null when it does not. These rows are the outbox, in this order. */
  readonly unsentSince: Moment | null;
  /** The number of the pass over the log in which the row came last; 0 for never. */
  readonly pass: number;
  /** Which revision of the row in this store this is, 0 for one that is not stored yet. */
  readonly revision: number;
}

/** A change that could not be pushed or applied. It waits for the person or the program, and holds up nothing else. */
export interface QuarantinedChange extends RowKey {
  readonly key: string;
  readonly direction: 'outgoing' | 'incoming';
  /** A code of the server, or what is wrong with what came; see docs/client.md. */
  readonly reason: string;
  /** A sentence for a person. */
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What came, for another try; null where the row itself is in its table. */
  readonly received: { readonly op: string; readonly row_id: string; readonly data: string | null } | null;
  /** The row as JSON where it left its table. */
  readonly value: string | null;
}

/** A piece of the engine's own memory. */
export interface StoredDocument {
  readonly key: string;
  /** JSON; null removes it. */
  readonly text: string | null;
  /** As of a row. */
  readonly revision: number;
}

export interface Commit {
  /** Each with the revision that it was read with. */
  readonly rows?: readonly StoredRow[];
  readonly documents?: readonly StoredDocument[];
  readonly setAside?: readonly QuarantinedChange[];
  /** Keys of quarantined changes to forget. */
  readonly release?: readonly string[];
  /** Rows to forget without a trace. */
  readonly forget?: readonly StoredRow[];
}

/**
 * Where a device keeps its rows, its outbox and its place in the log. One store belongs to one user in one app.
 * Several tabs or processes may have it open at once: whoever writes says which revision it saw.
 */
export interface LocalStore {
  /** In the order asked, null for a row that is not there. */
  rows(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]>;
  /** Rows of a table that are not deleted, in a constant order, behind the id `after` (null: from the first). */
  list(table: string, after: string | null, limit: number): Promise<readonly StoredRow[]>;
  /** The oldest rows that wait to be pushed. */
  unsent(limit: number, only?: 'deletes'): Promise<readonly StoredRow[]>;
  countUnsent(): Promise<number>;
  /** Rows that did not come in this pass and do not wait to be pushed, deleted ones too. */
  unseen(pass: number, limit: number): Promise<readonly StoredRow[]>;
  /** Revision 0 and the text null when there is none. */
  document(key: string): Promise<StoredDocument>;
  quarantine(): Promise<readonly QuarantinedChange[]>;
  /**
   * Stores all of it or nothing, durably. Rows and documents get the next revision.
   * @returns false, with nothing stored, when a row or document is no longer at the revision given
   */
  commit(commit: Commit): Promise<boolean>;
  /**
   * In one transaction with the documents: every row waits to be pushed, with nothing known of the log.
   * @returns as `commit`
   */
  resendAll(since: Moment, documents: readonly StoredDocument[]): Promise<boolean>;
  /** In one transaction with the documents: no row and nothing quarantined is left. @returns as `commit` */
  clear(documents: readonly StoredDocument[]): Promise<boolean>;
  close(): Promise<void>;
}
