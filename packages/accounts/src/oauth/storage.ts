import { createCollection, digest, type RecordWrite } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { AccountParts } from '../create-accounts.js';
import { newestOf, openWith, sealWith } from '../sealing.js';
import { type GrantRecord, grantKind } from './grant-kind.js';
import { type Grants, toSessionId } from './grants.js';
import { lifetimes } from './lifetimes.js';

const attempts = 5;

const isText = (value: unknown): value is string => typeof value === 'string';
const unique = (values: readonly unknown[]): string[] => [...new Set(values.filter(isText))];

/** Whom a payload mentions, so that erasing one of them finds it. */
const toSubjects = ({ accountId, clientId, params, session, result, authorizations }: AdapterPayload) => ({
  users: unique([accountId, session?.accountId, result?.login?.accountId, result?.['waiting']]),
  apps: unique([clientId, params?.['client_id'], ...Object.keys(authorizations ?? {})]),
});

/** The session that a payload belongs to. That of a grant is named after the grant itself. */
const toSession = (model: string, id: string, { grantId }: AdapterPayload): string | null => {
  if (model === 'Grant') return toSessionId(id);
  return grantId === undefined || model === 'Interaction' ? null : toSessionId(grantId);
};

/**
 * What the library keeps, as records: sealed, under the digest of its id. Nothing can be written for a user or an app that
 * is disabled or gone, and a code or refresh token is used up by one conditional write.
 */
export const createStorage = (
  parts: Pick<AccountParts, 'records' | 'clock' | 'random' | 'secrets' | 'users' | 'appRecords'>,
  grants: Grants,
  findClient: (id: string) => Promise<AdapterPayload | undefined>,
) => {
  const { records, clock, random, secrets, users, appRecords } = parts;
  const stored = createCollection(records, clock, grantKind);
  const toKey = (model: string, id: string): string => `${model}/${digest(id)}`;

  const open = async (key: string, { sealed }: GrantRecord): Promise<AdapterPayload | undefined> => {
    const bytes = await openWith(secrets.list(), key, sealed);
    return bytes === null ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  };

  /** Whoever disables or erases a user or an app changes its record first: nothing appears behind their back. */
  const toGuards = async ({ users: userIds, apps }: Pick<GrantRecord, 'users' | 'apps'>): Promise<RecordWrite[]> => {
    const found = await Promise.all(userIds.map((id) => users.get(id)));
    return found
      .map((user) => {
        if (user === null || user.value.disabled) throw new errors.AccessDenied('the account is gone');
        return users.check(user);
      })
      .concat(apps.map((id) => appRecords.check(id, 'present')));
  };

  /** As the library should see it: used for good, or not used as far as it matters. */
  const show = (model: string, payload: AdapterPayload, usedAt: number | null): AdapterPayload => {
    if (usedAt === null) return payload;
    const now = clock.now();
    if (model === 'RefreshToken' && now < usedAt + lifetimes.refreshGrace * 1000) return payload;
    const consumed = Math.floor(usedAt / 1000);
    // An expired code is refused without a look at whether it was used; a used one must end what it began.
    const exp = model === 'AuthorizationCode' ? Math.floor(now / 1000) + lifetimes.authorizationCode : payload.exp;
    return { ...payload, consumed, ...(exp === undefined ? {} : { exp }) };
  };

  return (model: string): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const key = toKey(model, id);
      const subjects = toSubjects(payload);
      const value: GrantRecord = {
        ...subjects,
        session: toSession(model, id, payload),
        uid: payload.uid === undefined ? null : digest(payload.uid),
        usedAt: null,
        sealed: await sealWith(newestOf(secrets), key, new TextEncoder().encode(JSON.stringify(payload)), random),
      };
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const guards = await toGuards(subjects);
        const now = clock.now();
        const expiresAt = expiresIn === undefined ? null : now + expiresIn * 1000;
        const { done } = await records.transact([...guards, stored.put(key, value, { expiresAt })], now);
        if (done) return;
        const present = await Promise.all(subjects.apps.map((app) => appRecords.get(app)));
        if (present.includes(null)) throw new errors.AccessDenied('the app is gone');
      }
      throw new SyncError('unavailable', { retryAfter: 1 });
    },

    async find(id) {
      if (model === 'Client') return findClient(id);
      const key = toKey(model, id);
      const found = await stored.get(key);
      const payload = found && (await open(key, found.value));
      return payload ? show(model, payload, found.value.usedAt) : undefined;
    },

    async findByUid(uid) {
      const [found] = await stored.find('uid', digest(uid), { after: null, limit: 1 });
      return found && open(found.key, found.value);
    },

    // Only for flows that are switched off.
    findByUserCode: async () => undefined,

    async consume(id) {
      const key = toKey(model, id);
      const found = await stored.get(key);
      const now = clock.now();
      const usedAt = found?.value.usedAt ?? null;
      if (model === 'RefreshToken' && usedAt !== null && now < usedAt + lifetimes.refreshGrace * 1000) return;
      if (found && usedAt === null) {
        const kept = model === 'AuthorizationCode' ? now + lifetimes.usedCode * 1000 : found.expiresAt;
        const value = { ...found.value, usedAt: now };
        const write = stored.put(key, value, { condition: found.version, expiresAt: kept });
        if ((await records.transact([write], now)).done) return;
      }
      // Somebody else was faster with the same code: as with any second use, the login ends.
      if (found?.value.session) await grants.endSession(found.value.session);
      throw new errors.InvalidGrant('it was used before');
    },

    async destroy(id) {
      if (model === 'Grant') await grants.end(id);
      else await records.transact([stored.delete(toKey(model, id))], clock.now());
    },

    revokeByGrantId: (grantId) => grants.end(grantId),
  });
};
