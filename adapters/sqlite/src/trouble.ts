import { SyncError } from '@synckeep/protocol';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Another connection holds a lock that this one needs: worth a retry. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(codeOf(error));

/** The disk or the machine is at fault, not the statement. */
const isBackendDown = (error: unknown): boolean =>
  /^SQLITE_(BUSY|LOCKED|PROTOCOL|FULL|IOERR|NOMEM|CANTOPEN|READONLY|INTERRUPT)/.test(codeOf(error));

export const unavailable = (cause: unknown): SyncError => new SyncError('unavailable', { retryAfter: 1, cause });

/** What a caller gets for an error of the driver: `unavailable` for a full disk and the like, else the error itself. */
export const toReported = (error: unknown): unknown => (isBackendDown(error) ? unavailable(error) : error);

/** Milliseconds to wait for another connection before giving up. */
export const patience = 10_000;

/** Milliseconds before try number `attempt` (from 1), with jitter, so that two processes do not keep in step. */
export const backOff = (attempt: number): number => 1 + Math.random() * Math.min(20, 2 ** attempt);
