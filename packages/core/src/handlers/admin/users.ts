import { type AnswerOf, SyncError } from '@synckeep/protocol';
import { type Admin, requireScope, toOrigin } from '../../access/admins.js';
import { exportData } from '../../moving/export-data.js';
import type { DirectoryUser, UserDirectory } from '../../ports/index.js';
import { toTime } from '../../wire.js';
import type { Deps, Handler } from '../handler.js';
import { confirm, untilErased } from './erase.js';
import { toPage } from './page.js';

/** @throws SyncError `users_disabled` */
const requireUsers = ({ users }: Pick<Deps, 'users'>): UserDirectory => {
  if (!users) throw new SyncError('users_disabled');
  return users;
};

const toAnswer = (user: DirectoryUser): AnswerOf<'getUser'> => ({
  user_id: user.id,
  email: user.email,
  disabled: user.isDisabled,
  created_at: toTime(user.createdAt),
  verified_at: user.verifiedAt === null ? null : toTime(user.verifiedAt),
  second_factor: user.hasSecondFactor,
  administrator: user.isAdministrator,
});

const find = async (userId: string, users: UserDirectory): Promise<DirectoryUser> => {
  const user = await users.get(userId);
  if (!user) throw new SyncError('user_not_found');
  return user;
};

/**
 * A user whom the caller may change. Whoever could move an administrator to another address, or choose the password,
 * would become one: so that needs the scope that makes administrators (P-186).
 * @throws SyncError `users_disabled`, `user_not_found`, `scope_required`
 */
const findChangeable = async (caller: Admin, userId: string, users: UserDirectory): Promise<DirectoryUser> => {
  const user = await find(userId, users);
  if (user.isAdministrator) requireScope(caller, 'administrators:write');
  return user;
};

/** P-184 */
export const listUsers: Handler<'listUsers'> = async ({ query }, deps) => {
  const isDisabled = query.disabled === undefined ? undefined : query.disabled === 'true';
  const { users, next } = await requireUsers(deps).list({ email: query.email, isDisabled }, toPage(query));
  return { status: 200, body: { users: users.map(toAnswer), next } };
};

export const getUser: Handler<'getUser'> = async ({ params }, deps) => ({
  ...{ status: 200, body: toAnswer(await find(params.user_id, requireUsers(deps))) },
});

/** P-185 */
export const createUser: Handler<'createUser'> = async ({ caller, address, body }, deps) => {
  const user = await requireUsers(deps).create(body, toOrigin(caller, address));
  return { status: 201, body: toAnswer(user) };
};

/** P-185 */
export const inviteUser: Handler<'inviteUser'> = async ({ caller, address, body }, deps) => {
  const invitation = { email: body.email, appId: body.app_id, isSent: body.send ?? true };
  const { url, expiresAt, isSent } = await requireUsers(deps).invite(invitation, toOrigin(caller, address));
  return { status: 201, body: { url, expires_at: toTime(expiresAt), sent: isSent } };
};

/** P-186 */
export const updateUser: Handler<'updateUser'> = async ({ caller, address, params, body }, deps) => {
  const patch = { email: body.email ?? undefined, isDisabled: body.disabled ?? undefined };
  const users = requireUsers(deps);
  await findChangeable(caller, params.user_id, users);
  const user = await users.change(params.user_id, patch, toOrigin(caller, address));
  return { status: 200, body: toAnswer(user) };
};

/** P-186 */
export const revokeUserTokens: Handler<'revokeUserTokens'> = async ({ caller, address, params }, deps) => {
  const users = requireUsers(deps);
  await findChangeable(caller, params.user_id, users);
  await users.revokeTokens(params.user_id, toOrigin(caller, address));
  return { status: 204, body: null };
};

/** P-186 */
export const resetSecondFactor: Handler<'resetSecondFactor'> = async ({ caller, address, params }, deps) => {
  const users = requireUsers(deps);
  await findChangeable(caller, params.user_id, users);
  await users.resetSecondFactor(params.user_id, toOrigin(caller, address));
  return { status: 204, body: null };
};

/** P-186 */
export const createResetLink: Handler<'createResetLink'> = async ({ caller, address, params }, deps) => {
  const users = requireUsers(deps);
  await findChangeable(caller, params.user_id, users);
  const { url, expiresAt } = await users.createResetLink(params.user_id, toOrigin(caller, address));
  return { status: 200, body: { url, expires_at: toTime(expiresAt) } };
};

/** P-183 */
export const eraseUser: Handler<'eraseUser'> = async ({ caller, address, params, body }, deps) => {
  const users = requireUsers(deps);
  const user = await findChangeable(caller, params.user_id, users);
  confirm(body.confirm, user.email, 'the e-mail address of the user');
  // Refused for the last one, before anything goes.
  if (user.isAdministrator) await users.change(params.user_id, { isDisabled: true }, toOrigin(caller, address));
  return untilErased(deps.scopes.eraseUser(params.user_id, toOrigin(caller, address)), deps);
};

/** P-187 */
export const exportUser: Handler<'exportUser'> = async ({ caller, address, params }, deps) => {
  const { users, storage, blobStore, log, clock, random, audit } = deps;
  const userId = params.user_id;
  if (users) await find(userId, users);
  const entry = { ...toOrigin(caller, address), action: 'user.export', appId: null };
  const guard = await deps.erasureGuard(userId);
  const row = audit.entry({ ...entry, subject: { kind: 'user', id: userId } });
  // Before the first byte: whoever reads it has it, even if the rest never comes.
  if (!(await storage.records.transact([guard.check, row], clock.now())).done) throw new SyncError('user_not_found');
  const chunks = exportData({
    ...{ storage, blobStore, log, clock, random },
    filter: { appId: null, userId },
    blobs: 'inline',
  });
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="synckeep-export.ndjson"',
      'x-content-type-options': 'nosniff',
    },
    body: { chunks, cut: new AbortController().signal },
  };
};
