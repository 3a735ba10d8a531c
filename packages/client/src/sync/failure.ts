import { errorCatalogue } from '@synckeep/protocol/constants';
import { type ApiError, isApiError } from '../api/error.js';
import type { Recovery } from './state.js';

/** What the engine has to do about a failure; see the table of docs/client-states.md. */
export type FailureKind =
  | 'transient'
  | 'session'
  | 'login'
  | 'device'
  | 'row-changed'
  | 'stale-keys'
  | 'expired'
  | 'reset'
  | 'quota'
  | 'refused'
  | 'fault';

export interface Failure {
  readonly kind: FailureKind;
  /** A code of the server, or `fault` for an error of the program itself. */
  readonly code: string;
  readonly message: string;
  /** Seconds that the server asked to wait; 0 for none. */
  readonly retryAfter: number;
  /** With `expired`. */
  readonly recovery: Recovery | null;
  readonly cause: unknown;
}

const kinds: Readonly<Partial<Record<ApiError['code'], FailureKind>>> = {
  unreachable: 'transient',
  unexpected_answer: 'transient',
  missing_token: 'session',
  invalid_token: 'session',
  unknown_device: 'device',
  row_changed: 'row-changed',
  stale_key_version: 'stale-keys',
  invalid_cursor: 'expired',
  quota_exceeded: 'quota',
};

const kindOf = (error: ApiError): FailureKind => {
  if (error.code === 'cursor_expired') return error.details['reason'] === 'reset' ? 'reset' : 'expired';
  const known = kinds[error.code];
  if (known !== undefined) return known;
  if (error.code === 'unreachable' || error.code === 'unexpected_answer') return 'transient';
  const { action, status } = errorCatalogue[error.code];
  if (action === 'retry-later' || status >= 500) return 'transient';
  return action === 'ask-user' ? 'refused' : 'fault';
};

export const toFailure = (error: unknown): Failure => {
  if (!isApiError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'fault', code: 'fault', message, retryAfter: 0, recovery: null, cause: error };
  }
  const kind = kindOf(error);
  const recovery = error.details['reason'] === 'compacted' ? 'compacted' : 'restored';
  return {
    kind,
    code: error.code,
    message: error.message,
    retryAfter: error.retryAfter ?? 0,
    recovery: kind === 'expired' ? recovery : null,
    cause: error,
  };
};

/** A session that cannot be renewed: the person must log in. */
export const loginNeeded = (cause: unknown): Failure => ({
  kind: 'login',
  code: 'invalid_token',
  message: 'The session has ended. Log in again.',
  retryAfter: 0,
  recovery: null,
  cause,
});
