import { createAccounts } from '@synckeep/accounts';
import { createCollection, digest, randomUuid } from '@synckeep/core';
import {
  describeDerived,
  describeUserAdministration,
  type TestAccounts,
  type TestAccountsOptions,
} from '@synckeep/testing';
import { sessionKind } from '../src/session-kind.js';
import { createTokens } from '../src/tokens.js';
import { createCountingHasher } from './accounts-fixture.js';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The built-in users as the suite wants them, and their signing key in its hand. */
const openAccounts = ({ storage, clock, random, notifier, apps }: TestAccountsOptions): TestAccounts => {
  const { records } = storage;
  const secret = { id: 'first', bytes: random.bytes(32) };
  const secrets = { list: () => [secret] };
  const sessions = createCollection(records, clock, sessionKind);
  const tokens = createTokens({ secrets, issuer: 'synckeep', clock });
  const { authenticator, login, users, directory } = createAccounts({
    records,
    apps: { findByKey: (apiKey) => apps().findByKey(apiKey) },
    notifier,
    secrets,
    clock,
    random,
    rateLimiter: 'off',
    publicUrl: () => 'https://sync.example.com',
    log: quiet,
    passwordHasher: createCountingHasher().hasher,
  });

  return {
    authenticator,
    login,
    users: directory,
    async create() {
      const name = randomUuid(random);
      const [email, password] = [`${name}@example.com`, `canary-password-${digest(name)}`];
      return { id: (await users.create(email, password)).id, email, password };
    },
    revokeTokens: (userId) => users.revokeTokens(userId),
    async sign({ userId, appId, session, generation, keyGeneration, issuedAt, expiresAt }) {
      const sid = session ?? randomUuid(random);
      const now = clock.now();
      // A session of its own, so that nothing but the claims at hand can be what is refused.
      const opened = { userId, appId, createdAt: now, endsAt: now + 3_600_000, key: null, isRefreshable: false };
      if (session === null) await records.transact([sessions.put(sid, opened)], now);
      const times = { iat: Math.floor(issuedAt / 1000), exp: Math.floor(expiresAt / 1000) };
      return tokens.sign({ sub: userId, app: appId, ugen: generation, kgen: keyGeneration ?? 1, sid, ...times });
    },
  };
};

describeDerived('the built-in users', { accounts: openAccounts });
describeUserAdministration('the built-in users', { accounts: openAccounts });
