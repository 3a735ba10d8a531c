import { type ErrorCode, errorCatalogue } from './errors.js';

export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface SyncErrorOptions {
  /** What varies: indexes, limits, reasons. Sent to the client, so never a secret or `data`. */
  readonly details?: ErrorDetails;
  /** What a log should show and a client should not. */
  readonly cause?: unknown;
  /** Seconds for `Retry-After`; 429 and 503 only. */
  readonly retryAfter?: number;
}

/** The one error of the wire contract. Everything else that is thrown is a fault and answers 500. */
export class SyncError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: SyncErrorOptions = {}) {
    super(errorCatalogue[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SyncError';
    this.code = code;
    this.status = errorCatalogue[code].status;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

export const isSyncError = (value: unknown): value is SyncError => value instanceof SyncError;
