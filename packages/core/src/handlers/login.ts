import { SyncError } from '@synckeep/protocol';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import type { Handler } from './handler.js';

/** P-10, P-11 */
export const login: Handler<'login'> = async ({ body, header }, deps) => {
  if (!deps.login) throw new SyncError('login_disabled');
  const { token, userId, appId } = await deps.login.login({
    email: body.email,
    password: body.password,
    apiKey: body.api_key,
    key: body.key ?? null,
  });
  // Only the key in the body says which app this is, so its origins can be asked no earlier (P-8).
  const origin = header('origin');
  const app = await createCollection(deps.storage.records, deps.clock, appKind).get(appId);
  if (app?.value.paused) throw new SyncError('app_paused');
  if (origin !== undefined && !app?.value.origins.includes(origin)) throw new SyncError('origin_not_allowed');
  return { status: 200, body: { token, user_id: userId, app_id: appId } };
};
