import {
  type AppAdministration,
  type Authenticator,
  type Clock,
  createAudit,
  type Identity,
  keyedDigest,
  type Login,
  type Notifier,
  type Random,
  randomHex,
  randomUuid,
  type Storage,
  type UserDirectory,
} from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import { createTestDirectory, type DirectoryEntry } from './test-directory.js';

export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** The users of one test: an authenticator and a login, and what a test needs to play every rule of tokens. */
export interface TestAccounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  /** The same users for their administrator. */
  readonly users: UserDirectory;
  create(user?: { readonly twoFactor?: boolean }): Promise<TestUser>;
  /** Ends every token of a user that exists now. */
  revokeTokens(userId: string): Promise<void>;
  /** A token with claims of one's own, well signed. */
  sign(identity: Identity): string | Promise<string>;
}

export interface TestAccountsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly notifier: Notifier;
  readonly apps: () => AppAdministration;
}

interface Account extends DirectoryEntry {
  readonly password: string;
  generation: number;
}

interface Session {
  readonly userId: string;
  readonly startedAt: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const toIdentity = (claims: unknown): Identity | null => {
  if (!isRecord(claims)) return null;
  const { userId, appId, session, keyGeneration, generation, issuedAt, expiresAt } = claims;
  const isWhole =
    typeof userId === 'string' &&
    typeof appId === 'string' &&
    typeof generation === 'number' &&
    (typeof session === 'string' || session === null) &&
    (typeof keyGeneration === 'number' || keyGeneration === null) &&
    typeof issuedAt === 'number' &&
    typeof expiresAt === 'number';
  return isWhole ? { userId, appId, session, keyGeneration, generation, issuedAt, expiresAt } : null;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
};

/** Users in memory. Their tokens are no JWTs: `test.<claims>.<signature>`. */
export const createTestAccounts = ({ storage, clock, random, notifier, apps }: TestAccountsOptions): TestAccounts => {
  const secret = randomHex(random, 32);
  const accountsById = new Map<string, Account>();
  const sessionsById = new Map<string, Session>();

  const sign = (identity: Identity): string => {
    const claims = Buffer.from(JSON.stringify(identity)).toString('base64url');
    return `test.${claims}.${keyedDigest(secret, claims)}`;
  };

  const isCurrent = (identity: Identity): boolean =>
    identity.expiresAt > clock.now() &&
    identity.issuedAt <= clock.now() + limits.tokenClockSkew * 1000 &&
    accountsById.get(identity.userId)?.generation === identity.generation &&
    (identity.session === null || sessionsById.has(identity.session));

  const issue = (account: Account, appId: string, session: string, keyGeneration: number | null) => {
    const now = clock.now();
    const startedAt = sessionsById.get(session)?.startedAt ?? now;
    const token = sign({
      userId: account.id,
      appId,
      session,
      keyGeneration,
      generation: account.generation,
      issuedAt: startedAt,
      expiresAt: Math.min(now + limits.tokenLifetime * 1000, startedAt + limits.sessionLifetime * 1000),
    });
    return { token, userId: account.id, appId };
  };

  const accountOf = (userId: string): Account => {
    const account = accountsById.get(userId);
    if (!account) throw new SyncError('invalid_token');
    return account;
  };

  const create = (email: string, password: string, twoFactor = false): Account => {
    const rest = { generation: 1, isDisabled: false, verifiedAt: null, createdAt: clock.now() };
    const account = { id: randomUuid(random), email, password, twoFactor, ...rest };
    accountsById.set(account.id, account);
    return account;
  };

  const endSessions = (userId: string): void => {
    accountOf(userId).generation += 1;
    notifier.publish({ topic: 'access' });
  };

  return {
    sign,
    users: createTestDirectory({
      ...{ entries: accountsById, create, endSessions, records: storage.records, clock },
      audit: createAudit({ clock, random }),
      async isRegistrationOpen(appId) {
        const app = await apps().get(appId);
        if (!app) throw new SyncError('app_not_found');
        return app.registration !== 'closed';
      },
    }),
    authenticator: {
      async authenticate(token) {
        const [mark, claims = '', signature] = token.split('.');
        if (mark !== 'test' || signature !== keyedDigest(secret, claims)) return null;
        const identity = toIdentity(parse(claims));
        return identity && isCurrent(identity) ? identity : null;
      },
      isCurrent: async (identity) => isCurrent(identity),
    },
    login: {
      async login({ email, password, apiKey }) {
        const account = [...accountsById.values()].find((candidate) => candidate.email === email);
        const found = await apps().findByKey(apiKey);
        if (!account || account.isDisabled || account.password !== password || !found)
          throw new SyncError('invalid_credentials');
        if (account.twoFactor) throw new SyncError('two_factor_required');
        const session = randomUuid(random);
        sessionsById.set(session, { userId: account.id, startedAt: clock.now() });
        return issue(account, found.app.id, session, found.keyGeneration);
      },
      async renew(token, identity) {
        if (!isCurrent(identity) || identity.session === null) throw new SyncError('invalid_token');
        const isYoung = identity.expiresAt - clock.now() > (limits.tokenLifetime * 1000) / 2;
        if (isYoung) return { token, userId: identity.userId, appId: identity.appId };
        return issue(accountOf(identity.userId), identity.appId, identity.session, identity.keyGeneration);
      },
      verifyPassword: async (userId, password) => accountsById.get(userId)?.password === password,
      async endSessions(sessions) {
        for (const session of sessions) sessionsById.delete(session);
        notifier.publish({ topic: 'access' });
      },
    },
    async create({ twoFactor = false } = {}) {
      const email = `${randomUuid(random)}@example.com`;
      const { id, password } = create(email, `canary-password-${randomHex(random, 8)}`, twoFactor);
      return { id, email, password };
    },
    revokeTokens: async (userId) => endSessions(userId),
  };
};
