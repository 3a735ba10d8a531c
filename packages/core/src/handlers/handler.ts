import type { AnswerOf, OperationName, Operations, ParamsOf, QueryOf, RequestOf } from '@synckeep/protocol';
import type { Caller } from '../access/caller.js';
import type { Entitled } from '../access/entitled.js';
import type { RateLimitsInForce } from '../access/rate-limit.js';
import type { Tickets } from '../access/ticket.js';
import type { ChangeFeed } from '../events/change-feed.js';
import type { BlobStore, Clock, Log, Login, Notifier, Random, Storage, StreamBody } from '../ports/index.js';

/** Everything that a handler may use beside its call. Nothing else reaches time, chance or the world. */
export interface Deps {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly login: Login | null;
  readonly entitled: Entitled;
  readonly tickets: Tickets;
  readonly feed: ChangeFeed;
  readonly rateLimits: RateLimitsInForce;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface HandlerCall<N extends OperationName> {
  /** Who calls; null for a public operation. */
  readonly caller: Operations[N]['access'] extends 'public' ? null : Caller;
  /** The token of the caller; "" without one. */
  readonly token: string;
  readonly body: RequestOf<N>;
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  header(name: string): string | undefined;
  /** Of the client. */
  readonly address: string;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Reply<N extends OperationName> {
  readonly status: keyof Operations[N]['answers'] & number;
  readonly body: AnswerOf<N> | (Operations[N]['answers'] extends { 200: 'stream' } ? StreamBody : never);
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of the table: a function of its call and of what it was given. */
export type Handler<N extends OperationName> = (call: HandlerCall<N>, deps: Deps) => Promise<Reply<N>>;
