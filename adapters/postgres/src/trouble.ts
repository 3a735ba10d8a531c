import { SyncError } from '@synckeep/protocol';

/** The SQLSTATE or system code of an error; "" when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The transaction was undone to let another one go on: it can be tried again as it is. */
export const isUndone = (error: unknown): boolean => /^(?:40001|40P01)$/.test(codeOf(error));

/** The statement was not run: the connection knows no statement of its name, or another one, or one with other columns. */
export const isUnprepared = (error: unknown): boolean =>
  /^(?:26000|42P05)$/.test(codeOf(error)) ||
  (error instanceof Error && error.message === 'cached plan must not change result type');

const lostMessages =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|Client was closed)/;

/** The connection is gone or never came about: what was under way may have happened. */
export const isLost = (error: unknown): boolean => {
  const isCode = /^(?:08...|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)/;
  return isCode.test(codeOf(error)) || (error instanceof Error && lostMessages.test(error.message));
};

/** Full, busy, read-only, or a lock that did not come in time: the server is at fault, not the statement. */
const isOverloaded = (error: unknown): boolean => /^(?:53...|55P03|57014|58...|25006)$/.test(codeOf(error));

export const unavailable = (cause: unknown): SyncError => new SyncError('unavailable', { retryAfter: 1, cause });

/** What a caller gets for an error of the driver: `unavailable` where the database is at fault, else the error itself. */
export const toReported = (error: unknown): unknown =>
  isLost(error) || isOverloaded(error) || isUndone(error) ? unavailable(error) : error;
