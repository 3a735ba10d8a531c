/** Time, as the core sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once after `milliseconds`, never keeping the process alive. @returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Unpredictable bytes. */
export interface Random {
  bytes(length: number): Uint8Array;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log. The core never passes a secret or `data`. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** A digest that is fed as the bytes come. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** The end of it: called once, nothing is fed afterwards. */
  digest(): Uint8Array;
}

/** Digests of large files. `blake2b512` is BLAKE2b with 64 bytes and no key. */
export interface Hasher {
  create(algorithm: 'sha512' | 'blake2b512'): Hash;
}
