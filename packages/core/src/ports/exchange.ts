import type { Mount } from '../mount.js';

/**
 * What a binding hands to the core and gets back. A binding translates, it does not decide: every status, header and
 * byte of an answer is the core's.
 */

export interface RequestBody {
  /**
   * The whole body.
   * @throws SyncError `body_too_large` as soon as more than `limit` bytes came, or are announced.
   */
  bytes(limit: number): Promise<Uint8Array>;
  /** The body as it comes. Use it or `bytes`, once. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface Call {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded as it came, without the prefix where the binding is mounted, without the query. Begins with a slash. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly query: string;
  /** The value of a header by its lower-case name; several are joined by ", ". */
  header(name: string): string | undefined;
  /** The client's address: the peer's, or what a trusted proxy says. */
  readonly address: string;
  readonly body: RequestBody;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** A body that comes in parts. The binding takes the next one when the one before has left for the network. */
export interface StreamBody {
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** Aborted when the binding must cut the connection, for example because the reader stalls. */
  readonly cut: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie` headers, which no other header can hold several of. Sessions of administrators, and pages, have them. */
  readonly cookies?: readonly string[];
  readonly body: string | null | StreamBody;
}

/** What a binding serves: something that answers calls. */
export interface Dispatcher {
  /** Never rejects: faults are answers too. */
  dispatch(call: Call): Promise<Answer>;
  /** Which request targets are its own, where it knows that better than a list of prefixes says it. */
  readonly mount?: Mount;
}

export const isStreamBody = (body: unknown): body is StreamBody =>
  typeof body === 'object' && body !== null && 'chunks' in body && 'cut' in body;
