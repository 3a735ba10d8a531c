import { SyncError, version } from '@synckeep/protocol';
import { enforceOwnPage } from '../../access/own-page.js';
import type { Administrator, AdministratorLogin } from '../../ports/index.js';
import type { Deps, Handler } from '../handler.js';

/** @throws SyncError `administrators_disabled` */
export const requireLogin = ({ administratorLogin }: Pick<Deps, 'administratorLogin'>): AdministratorLogin => {
  if (!administratorLogin) throw new SyncError('administrators_disabled');
  return administratorLogin;
};

const toAnswer = ({ id, email, name, scopes }: Administrator) => ({ id, email, name, scopes: [...scopes] });

/** P-172 */
export const adminSession: Handler<'adminSession'> = async ({ header, address }, deps) => {
  const { administrators, administratorLogin, users } = deps;
  const administrator = await administrators?.authenticate({ method: 'GET', header, address });
  return {
    status: 200,
    body: {
      administrator: administrator ? toAnswer(administrator) : null,
      needs_setup: (await administratorLogin?.needsSetup()) ?? false,
      sign_in_enabled: administratorLogin !== null,
      users_enabled: users !== null,
      version,
    },
  };
};

/** P-173 */
export const signInAdministrator: Handler<'signInAdministrator'> = async ({ body, header, address }, deps) => {
  const request = { method: 'POST', header, address };
  enforceOwnPage(request, deps.baseUrl);
  const { email, password, code = null } = body;
  const { administrator, cookies } = await requireLogin(deps).signIn({ ...request, email, password, code });
  return { status: 200, body: { administrator: toAnswer(administrator) }, cookies };
};

/** P-172 */
export const signOutAdministrator: Handler<'signOutAdministrator'> = async ({ header, address }, deps) => {
  const request = { method: 'DELETE', header, address };
  enforceOwnPage(request, deps.baseUrl);
  return { status: 204, body: null, cookies: await requireLogin(deps).signOut(request) };
};

/** P-174 */
export const setUpAdministrator: Handler<'setUpAdministrator'> = async ({ body, header, address }, deps) => {
  const request = { method: 'POST', header, address };
  enforceOwnPage(request, deps.baseUrl);
  const { token, email, password } = body;
  const { administrator, cookies } = await requireLogin(deps).setUp({ ...request, token, email, password });
  return { status: 201, body: { administrator: toAnswer(administrator) }, cookies };
};
