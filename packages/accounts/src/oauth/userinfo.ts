import { type Answer, type Call, isKeyAlive } from '@synckeep/core';
import type { AccountParts } from '../create-accounts.js';

const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

const bearer = /^bearer +([\w.~+/-]+=*)$/i;

/** Who a token belongs to (P-116). */
export const createUserinfo = ({ authenticator, users, appRecords, clock }: AccountParts) => {
  const refuse = (headers: Readonly<Record<string, string>>): Answer => ({
    status: 401,
    headers: { ...json, ...headers, 'www-authenticate': 'Bearer error="invalid_token"' },
    body: JSON.stringify({ error: 'invalid_token', error_description: 'the token is missing, expired or revoked' }),
  });

  return async (call: Call): Promise<Answer> => {
    const origin = call.header('origin');
    const shared = { vary: 'Origin', ...(origin && { 'access-control-allow-origin': origin }) };
    if (call.method === 'OPTIONS') {
      const allowed = { 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'authorization' };
      return { status: 204, headers: { ...shared, ...allowed, 'access-control-max-age': '3600' }, body: null };
    }
    const token = bearer.exec(call.header('authorization') ?? '')?.[1];
    const identity = token === undefined ? null : await authenticator.authenticate(token);
    if (identity === null) return refuse(shared);
    const [user, app] = await Promise.all([users.get(identity.userId), appRecords.get(identity.appId)]);
    if (user === null || app === null) return refuse(shared);
    if (identity.keyGeneration !== null && !isKeyAlive(app.value, identity.keyGeneration, clock.now()))
      return refuse(shared);
    // A page of another origin may ask; what it is told it cannot read.
    const readable = origin === undefined || app.value.origins.includes(origin) ? shared : { vary: 'Origin' };
    const { email } = user.value;
    const body = {
      sub: user.key,
      user_id: user.key,
      username: email,
      display_name: null,
      avatar_url: null,
      email,
      perks: [],
    };
    return { status: 200, headers: { ...json, ...readable }, body: JSON.stringify(body) };
  };
};
