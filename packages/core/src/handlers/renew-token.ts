import { SyncError } from '@synckeep/protocol';
import type { Handler } from './handler.js';

/** P-15 */
export const renewToken: Handler<'renewToken'> = async ({ caller, token }, { login }) => {
  if (!login) throw new SyncError('login_disabled');
  const renewed = await login.renew(token, caller.identity);
  return { status: 200, body: { token: renewed.token, user_id: renewed.userId, app_id: renewed.appId } };
};
