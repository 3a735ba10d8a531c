import { SyncError } from '@synckeep/protocol';
import { digest } from '../digest.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import type { Deps, Handler } from './handler.js';

/**
 * The app of the API key, which no token names yet, may refuse the call before a session is opened (P-8, P-93).
 * A key of no app is left to the login, which takes its time over it (P-11).
 */
const enforceApp = async (apiKey: string, origin: string | undefined, { storage, clock }: Deps): Promise<void> => {
  const apps = createCollection(storage.records, clock, appKind);
  const [found] = await apps.find('key', digest(apiKey), { after: null, limit: 1 });
  if (found?.value.paused) throw new SyncError('app_paused');
  if (found && origin !== undefined && !found.value.origins.includes(origin)) throw new SyncError('origin_not_allowed');
};

/** P-10, P-11 */
export const login: Handler<'login'> = async ({ body, header, address }, deps) => {
  if (!deps.login) throw new SyncError('login_disabled');
  await enforceApp(body.api_key, header('origin'), deps);
  const { token, userId, appId } = await deps.login.login({
    email: body.email,
    password: body.password,
    apiKey: body.api_key,
    key: body.key ?? null,
    code: body.code ?? null,
    address,
  });
  return { status: 200, body: { token, user_id: userId, app_id: appId } };
};
