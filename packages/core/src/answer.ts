import { type ErrorBody, SyncError } from '@synckeep/protocol';
import type { Answer } from './ports/index.js';

export const baseHeaders = (requestId: string): Record<string, string> => ({
  'cache-control': 'no-store',
  'x-request-id': requestId,
});

const json = { 'content-type': 'application/json; charset=utf-8' };

export const toJsonAnswer = (status: number, headers: Readonly<Record<string, string>>, body: unknown): Answer =>
  body === null
    ? { status, headers, body: null }
    : { status, headers: { ...headers, ...json }, body: JSON.stringify(body) };

export const toTextAnswer = (
  status: number,
  headers: Readonly<Record<string, string>>,
  type: string,
  body: unknown,
): Answer => {
  if (typeof body !== 'string') throw new Error('An operation that answers text answered none.');
  return { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8` }, body };
};

export const toErrorBody = ({ message, code }: SyncError, details: SyncError['details']): ErrorBody => ({
  error: message,
  code,
  ...(details && { details }),
});

/** The answer to a refusal (P-4). A fault says nothing but its request id. */
export const toErrorAnswer = (error: SyncError, headers: Readonly<Record<string, string>>): Answer => {
  const retryAfter = error.retryAfter ?? (error.status === 503 || error.status === 429 ? 1 : undefined);
  const details = error.code === 'internal' ? { request_id: headers['x-request-id'] } : error.details;
  return toJsonAnswer(
    error.status,
    {
      ...headers,
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(error.status === 401 && { 'www-authenticate': 'Bearer' }),
    },
    toErrorBody(error, details),
  );
};

/** What a thrown value answers: a refusal as it is, anything else a fault. */
export const toSyncError = (thrown: unknown): SyncError =>
  thrown instanceof SyncError ? thrown : new SyncError('internal', { cause: thrown });
