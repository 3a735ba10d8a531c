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
