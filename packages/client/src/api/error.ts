import type { ErrorCode } from '@synckeep/protocol';

/**
 * A code of the catalogue (P-4), `unreachable` when no answer came, or `unexpected_answer` when what came was not
 * Synckeep's: a page of a proxy, a body that fits no schema.
 */
export type ApiErrorCode = ErrorCode | 'unreachable' | 'unexpected_answer';

export interface ApiErrorOptions {
  /** A sentence for a person. */
  readonly message: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds to wait before the same call can succeed, where the server said so. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** A call that the server refused or did not answer. Decide by `code`; `message` is for people. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | undefined;

  constructor(code: ApiErrorCode, { message, status, details = {}, retryAfter, cause }: ApiErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

export const isApiError = (value: unknown, ...codes: readonly ApiErrorCode[]): value is ApiError =>
  value instanceof ApiError && (codes.length === 0 || codes.includes(value.code));
