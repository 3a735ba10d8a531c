import { SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { ListedAdministrator, NewAdministrator } from '../../ports/index.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { toNext, toPage } from './page.js';
import { requireLogin } from './session.js';

interface WireAdministrator {
  readonly email?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly user_id?: string | null | undefined;
}

const toAnswer = ({ id, email, createdAt }: ListedAdministrator) => ({ id, email, created_at: toTime(createdAt) });

/** @throws SyncError `invalid_request` */
const toNewAdministrator = ({ email, password, user_id }: WireAdministrator): NewAdministrator => {
  const isNew = typeof email === 'string' && typeof password === 'string';
  if (isNew && typeof user_id !== 'string') return { email, password };
  if (typeof user_id === 'string' && typeof email !== 'string' && typeof password !== 'string')
    return { userId: user_id };
  const problem = 'needs user_id alone, or email with password';
  throw new SyncError('invalid_request', { details: { in: 'body', pointer: '', problem } });
};

/** P-176 */
export const listAdministrators: Handler<'listAdministrators'> = async ({ query }, deps) => {
  const page = toPage(query);
  const found = await requireLogin(deps).list(page);
  return { status: 200, body: { administrators: found.map(toAnswer), next: toNext(found, page, ({ id }) => id) } };
};

/** P-176 */
export const addAdministrator: Handler<'addAdministrator'> = async ({ caller, address, body }, deps) => {
  const login = requireLogin(deps);
  const { administrator, isNew } = await login.add(toNewAdministrator(body), toOrigin(caller, address));
  return { status: isNew ? 201 : 200, body: { administrator: toAnswer(administrator) } };
};

/** P-176 */
export const removeAdministrator: Handler<'removeAdministrator'> = async ({ caller, address, params }, deps) => {
  const isGone = await requireLogin(deps).remove(params.administrator_id, toOrigin(caller, address));
  if (!isGone) throw new SyncError('administrator_not_found');
  return { status: 204, body: null };
};
