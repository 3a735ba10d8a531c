import { type ErrorCode, SyncError } from '@synckeep/protocol';
import { AccountError, type AccountErrorCode } from './account-error.js';

const codes: Partial<Record<AccountErrorCode, ErrorCode>> = {
  invalid_email: 'invalid_email',
  email_taken: 'email_taken',
  unknown_user: 'user_not_found',
  unknown_app: 'app_not_found',
  registration_closed: 'registration_closed',
};

const toRefusal = (error: AccountError): SyncError => {
  const code = codes[error.code];
  if (code !== undefined) return new SyncError(code);
  if (!error.code.startsWith('password_')) return new SyncError('internal', { cause: error });
  return new SyncError('weak_password', { details: { reason: error.code } });
};

/** What the administration of users refuses, as the admin API tells it. @throws SyncError */
export const orRefusal = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw error instanceof AccountError ? toRefusal(error) : error;
  }
};
