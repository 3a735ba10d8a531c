import type { AnswerOf, ParamsOf, QueryOf, RequestOf } from '@synckeep/protocol';
import type { ClientOperation } from './routes.js';

export interface ApiCallInput<N extends ClientOperation> {
  /** The parts of the path in braces. */
  readonly params?: ParamsOf<N>;
  readonly query?: QueryOf<N>;
  /** Sent as JSON. */
  readonly body?: RequestOf<N>;
  /** Beside those that every call carries, such as `if-match`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer<N extends ClientOperation> {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** null for an answer without a body. */
  readonly body: AnswerOf<N>;
}

/**
 * Makes one call of an operation as the logged-in user, typed by the table of operations.
 * It answers with a 2xx only. A call that is aborted by its signal fails with the signal's reason.
 * @throws ApiError for everything else
 */
export type ApiCalls = <N extends ClientOperation>(name: N, input?: ApiCallInput<N>) => Promise<ApiAnswer<N>>;
