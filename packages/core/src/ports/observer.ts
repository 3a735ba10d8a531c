import type { ErrorCode, OperationName } from '@synckeep/protocol';

/** What a call is counted as: an operation of the table, a route of the blob store, a preflight, or nothing of ours. */
export type ObservedOperation = OperationName | 'blob' | 'preflight' | 'unknown';

/** Work that takes time. Every field but `requestId` has few values, and none names a user, an app or a device. */
export type Task =
  | {
      readonly kind: 'request';
      readonly operation: ObservedOperation;
      /** Upper case; `_OTHER` for one that HTTP does not know. */
      readonly method: string;
      /** The path with its parameters as names, below the prefix: `/devices/{device_id}`. null for `unknown`. */
      readonly route: string | null;
      /** As the answer and the log have it. For traces, never for a label. */
      readonly requestId: string;
    }
  /** One call of a storage port: `changeLog` and `append`. The port of what a storage does as a whole is `storage`. */
  | { readonly kind: 'storage'; readonly port: string; readonly method: string }
  | { readonly kind: 'maintenance' };

/** How work ended. An answer that is a stream ended when its first byte could be sent. */
export interface Outcome {
  /** Of a request; null for other work. */
  readonly status: number | null;
  /** The code of the refusal; `internal` for a fault that has no code; null when it went well. */
  readonly code: ErrorCode | null;
  /** Whether this side is to blame: a status from 500 on, and everything that has no code. */
  readonly isFault: boolean;
  /** What was thrown, for traces; undefined when it went well. */
  readonly error?: unknown;
}

/** Something that happened, and how much of it. */
export type Observation =
  /** Changes that were accepted; `bytes` of the body that brought them. A repeated batch brings none. */
  | { readonly kind: 'push'; readonly changes: number; readonly bytes: number; readonly replayed: boolean }
  /** Changes that left in one page. */
  | { readonly kind: 'pull'; readonly changes: number }
  /** How many streams are open in this process from now on. */
  | { readonly kind: 'streams'; readonly open: number }
  /** A blob was stored, or a URL given to whoever wants to read it. */
  | { readonly kind: 'blob'; readonly direction: 'upload' | 'download'; readonly bytes: number }
  /** How long news took from its sending until this process heard it itself, as every other one does. */
  | { readonly kind: 'news'; readonly seconds: number };

/** Who measures the server. A server without one measures nothing. It must not slow down whom it watches. */
export interface Observer {
  /** Called at the moment. What it throws is logged and has no other effect. */
  note(observation: Observation): void;

  /**
   * Follows work from its beginning to its end: call `run` once, before returning, in whatever context the work shall
   * have. Its promise never rejects and says how the work ended. Whoever called for the work never waits for an observer.
   */
  follow(task: Task, run: () => Promise<Outcome>): void;
}
