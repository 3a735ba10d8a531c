import { type ErrorCode, isSyncError, type SyncError } from '@synckeep/protocol';
import { expect } from 'vitest';

/** The refusal that a call ends in. Fails when it succeeds, or ends in a fault that is no SyncError. */
export const refusalOf = async (call: Promise<unknown>): Promise<SyncError> => {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome.value)}`);
  if (!isSyncError(outcome.error)) throw outcome.error;
  return outcome.error;
};

/** Expects that a call is refused with this code, and with these details where they are given. */
export const expectRefusal = async (
  call: Promise<unknown>,
  code: ErrorCode,
  details?: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const refusal = await refusalOf(call);
  expect(refusal.code).toBe(code);
  if (details !== undefined) expect(refusal.details).toMatchObject(details);
};
