export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * One small thing that is seldom written: an app, a user, a session, a ticket, an audit row. The core declares each
 * *kind* once (see `records/kinds.ts`); a storage sees only this shape and needs nothing new for a new kind.
 */
export interface StoredRecord {
  /** Strings compare and sort by their UTF-8 bytes. */
  readonly key: string;
  readonly value: Json;
  /** 1 when it was made, one more with each write. */
  readonly version: number;
  /** Milliseconds since 1970, or null: never. An expired record may still be answered until it is swept. */
  readonly expiresAt: number | null;
}

export interface RecordName {
  readonly kind: string;
  readonly key: string;
}

export type NamedRecord = RecordName & StoredRecord;

/** `any`: no condition; `absent`: no record, or only an expired one; `present`: a living one; a number: exactly that version, living. */
export type RecordCondition = 'any' | 'absent' | 'present' | number;

/** A condition without a write. */
export interface RecordGuard extends RecordName {
  readonly condition: RecordCondition;
}

export interface RecordPut extends RecordGuard {
  readonly write: 'put';
  readonly value: Json;
  readonly expiresAt: number | null;
  /** Names in which no two living records of a kind may have one value. */
  readonly unique: Readonly<Record<string, string>>;
  /** What `find` looks for; a record may stand under several values of one name. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
}

export interface RecordDelete extends RecordGuard {
  readonly write: 'delete';
}

export interface RecordCheck extends RecordGuard {
  readonly write: 'check';
}

export type RecordWrite = RecordPut | RecordDelete | RecordCheck;

export type TransactResult =
  | { readonly done: true }
  /** Nothing was written. `failed` is the index of the first write whose condition or unique value was refused. */
  | { readonly done: false; readonly failed: number; readonly reason: 'condition' | 'unique' };

export interface FindOptions {
  /** Only keys after this one; null: from the first. */
  readonly after: string | null;
  readonly limit: number;
}

export interface Records {
  /** null when there is none. */
  get(kind: string, key: string): Promise<StoredRecord | null>;

  /** Records of a kind that stand under `value` in `index` (of `unique` or `indexes`), in order of key. */
  find(kind: string, index: string, value: string, options: FindOptions): Promise<readonly StoredRecord[]>;

  /** How many records of a kind there are. Expired ones count until they are swept. */
  count(kind: string): Promise<number>;

  /**
   * Records of a kind whose value of the unique name `name` begins with `prefix`, in order of that value by its UTF-8
   * bytes; `after` is such a value. Takes as long as what it brings, however many others there are.
   */
  findByPrefix(kind: string, name: string, prefix: string, options: FindOptions): Promise<readonly StoredRecord[]>;

  /**
   * Every record, in order of kind, then key, by their bytes, after `after`; null: from the first. What is there from the
   * first page to the last comes exactly once.
   */
  all(after: RecordName | null, limit: number): Promise<readonly NamedRecord[]>;

  /**
   * All of the writes or none, durably, at one moment: conditions are checked in the order given, each against the
   * state that the writes before it left. Deleting what is not there is no error when the condition allows it.
   * @param now milliseconds since 1970, to tell what has expired.
   */
  transact(writes: readonly RecordWrite[], now: number): Promise<TransactResult>;

  /** Removes expired records, at most `limit` in one step. @returns how many. */
  sweep(now: number, limit: number): Promise<number>;
}
