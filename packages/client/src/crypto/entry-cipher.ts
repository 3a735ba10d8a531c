/** What a change does to its row, in lower case as the log answers it. */
export type ChangeOp = 'insert' | 'update' | 'delete';

export interface PlainChange {
  readonly table: string;
  readonly rowId: string;
  readonly op: ChangeOp;
  /** The bytes of the row; on a delete whatever the tombstone should carry, such as its clock, or null for nothing. */
  readonly value: Uint8Array | null;
}

/** The fields of a change that are sent: the row id (hidden where the cipher hides it) and the text of `data`. */
export interface SealedChange {
  readonly rowId: string;
  readonly data: string;
}

/** A change as pull answers it. */
export interface ReceivedChange {
  readonly table: string;
  readonly row_id: string;
  /** In any letter case. */
  readonly op: string;
  readonly data: string | null;
}

/**
 * Why a change was not opened. `unknown_key`: it was written under a key that this cipher does not have, perhaps a newer
 * one; fetch the keys and try again. `tampered`: it has the right form and was not written for this table, row and op.
 * `malformed`: it is no ciphertext of ours.
 */
export type OpenFailure = 'unknown_key' | 'tampered' | 'malformed';

export type OpenedChange =
  | { readonly ok: true; readonly rowId: string; readonly value: Uint8Array | null }
  | { readonly ok: false; readonly reason: OpenFailure };

/** Encrypts and decrypts the changes of one vault. Answers come in the order of what was given. */
export interface EntryCipher {
  /** Encrypts under the newest key. */
  sealAll(changes: readonly PlainChange[]): Promise<readonly SealedChange[]>;
  /** Decrypts with whichever key each was written under. One that cannot be opened does not stop the rest. */
  openAll(changes: readonly ReceivedChange[]): Promise<readonly OpenedChange[]>;
}

export type ResealedChange =
  | { readonly ok: true; readonly data: string }
  | { readonly ok: false; readonly reason: OpenFailure };

/** What a rotation needs beside: the same plaintext, byte for byte, under the newest key. */
export interface VaultCipher extends EntryCipher {
  resealAll(changes: readonly ReceivedChange[]): Promise<readonly ResealedChange[]>;
}
