import { SyncError } from '@synckeep/protocol';
import { requireScope, toOrigin } from '../../access/admins.js';
import type { AdminToken } from '../../administration/admin-tokens.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { toPage } from './page.js';

const toAnswer = ({ id, name, prefix, scopes, createdAt, expiresAt }: AdminToken) => ({
  ...{ id, name, prefix, scopes: [...scopes] },
  created_at: toTime(createdAt),
  expires_at: expiresAt === null ? null : toTime(expiresAt),
});

/** P-175 */
export const listAdminTokens: Handler<'listAdminTokens'> = async ({ query }, { adminTokens }) => {
  const { tokens, next } = await adminTokens.list(toPage(query));
  return { status: 200, body: { tokens: tokens.map(toAnswer), next } };
};

/** P-175. Nobody gives what they do not have. */
export const createAdminToken: Handler<'createAdminToken'> = async ({ caller, address, body }, { adminTokens }) => {
  const scopes = [...new Set(body.scopes)];
  for (const scope of scopes) requireScope(caller, scope);
  const made = await adminTokens
    .by(toOrigin(caller, address))
    .create({ name: body.name, scopes, lifetime: body.expires_in ?? null });
  return { status: 201, body: { token: toAnswer(made.token), text: made.text } };
};

/** P-175 */
export const revokeAdminToken: Handler<'revokeAdminToken'> = async ({ caller, address, params }, { adminTokens }) => {
  const isGone = await adminTokens.by(toOrigin(caller, address)).revoke(params.token_id);
  if (!isGone) throw new SyncError('admin_token_not_found');
  return { status: 204, body: null };
};
