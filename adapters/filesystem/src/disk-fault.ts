import { SyncError } from '@synckeep/protocol';

/** ENOENT: a deletion removed meanwhile what was just found or made. */
const passing = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EBUSY',
  'ENOENT',
]);

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

export const isDiskFault = (error: unknown, code: string): boolean => codeOf(error) === code;

/** A disk that is full, broken or busy is `unavailable`; every other error stays what it is. */
export const toUnavailable = (error: unknown): unknown => {
  const code = codeOf(error);
  return code !== null && passing.has(code) ? new SyncError('unavailable', { cause: error }) : error;
};
