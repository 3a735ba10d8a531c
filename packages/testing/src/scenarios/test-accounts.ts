import {
  type AppAdministration,
  type Authenticator,
  type Clock,
  type Identity,
  keyedDigest,
  type Login,
  type Notifier,
  type Random,
  randomHex,
  randomUuid,
  type Storage,
} from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';

export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** The users of one test: an authenticator and a login, and what a test needs to play every rule of tokens. */
export interface TestAccounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
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

interface Account extends TestUser {
  readonly twoFactor: boolean;
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
export const createTestAccounts = ({ clock, random, notifier, apps }: TestAccountsOptions): TestAccounts => {
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

  return {
    sign,
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
        if (!account || account.password !== password || !found) throw new SyncError('invalid_credentials');
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
      const id = randomUuid(random);
      const user = { id, email: `${id}@example.com`, password: `canary-password-${randomHex(random, 8)}` };
      accountsById.set(id, { ...user, twoFactor, generation: 1 });
      return user;
    },
    async revokeTokens(userId) {
      accountOf(userId).generation += 1;
      notifier.publish({ topic: 'access' });
    },
  };
};
