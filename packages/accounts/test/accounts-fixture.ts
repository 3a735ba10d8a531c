import { type AccountsOptions, createAccounts, type PasswordHasher } from '@synckeep/accounts';
import {
  type App,
  type AppAdministration,
  appKind,
  createCollection,
  digest,
  type Identity,
  type Log,
  type News,
  type Notifier,
  type Random,
  type RateLimiter,
  randomUuid,
  type Secret,
} from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';

export const day = 24 * 60 * 60 * 1000;

const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const createSecret = (id: string): Secret => ({ id, bytes: random.bytes(32) });

/** Fast, and counts what it is asked. */
export const createCountingHasher = () => {
  const asked: (string | null)[] = [];
  const hasher: PasswordHasher = {
    hash: async (password) => `hashed ${password}`,
    async verify(password, passwordHash) {
      asked.push(passwordHash);
      return passwordHash === `hashed ${password}`;
    },
  };
  return { hasher, asked };
};

/** Counts up to the burst and never refills. */
export const createCountingLimiter = (): RateLimiter & { taken(key: string): number } => {
  const takenByKey = new Map<string, number>();
  const taken = (key: string) => takenByKey.get(key) ?? 0;
  return {
    async take(_name, key, { burst }) {
      const allowed = taken(key) < burst;
      if (allowed) takenByKey.set(key, taken(key) + 1);
      return { allowed, limit: burst, remaining: burst - taken(key), retryAfter: allowed ? 0 : 59_400 };
    },
    async giveBack(_name, key) {
      takenByKey.set(key, taken(key) - 1);
    },
    taken,
  };
};

/** One server's accounts with one app and one user, a clock that stands still and a hasher that costs nothing. */
export const createFixture = async (overrides: Partial<AccountsOptions> = {}) => {
  let now = Date.UTC(2030, 0, 1, 0, 0, 0, 500);
  const clock = { now: () => now, after: () => () => {} };
  const records = overrides.records ?? createMemoryStorage().records;
  const apps = createCollection(records, clock, appKind);
  const news: News[] = [];
  const notifier: Notifier = {
    publish: (item) => void news.push(item),
    subscribe: () => () => {},
    close: async () => {},
  };
  const secrets: Secret[] = [createSecret('first')];
  const { hasher, asked } = createCountingHasher();

  const saveApp = async (app: App) => {
    await records.transact([apps.put(app.id, app)], now);
    return app;
  };
  const createApp = async (apiKey: string): Promise<App> =>
    saveApp({
      id: randomUuid(random),
      name: 'Notes',
      createdAt: now,
      keys: [{ digest: digest(apiKey), prefix: apiKey.slice(0, 6), generation: 1, validUntil: null }],
      paused: false,
      origins: [],
      redirects: [],
      link: null,
      blobLimit: null,
      bytesLimit: null,
      dialect: 'standard',
      requireBase: false,
      compaction: null,
      collectBlobs: null,
      registration: 'closed',
    });
  const findByKey: AppAdministration['findByKey'] = async (apiKey) => {
    const [found] = await apps.find('key', digest(apiKey), { after: null, limit: 1 });
    const key = found?.value.keys.find((candidate) => candidate.digest === digest(apiKey));
    return found && key ? { app: found.value, keyGeneration: key.generation } : null;
  };

  const options: AccountsOptions = {
    records,
    apps: { findByKey },
    notifier,
    secrets: { list: () => secrets },
    clock,
    random,
    rateLimiter: 'off',
    log,
    passwordHasher: hasher,
    ...overrides,
  };
  const accounts = createAccounts(options);
  const apiKey = `sk_${randomUuid(random)}`;
  const credentials = {
    email: 'alice@example.com',
    password: 'correct horse',
    apiKey,
    key: null,
    code: null,
    address: '203.0.113.7',
  };
  const app = await createApp(apiKey);
  const user = await accounts.users.create(credentials.email, credentials.password);

  return {
    ...accounts,
    options,
    records,
    apps,
    secrets,
    news,
    asked,
    app,
    user,
    credentials,
    saveApp,
    createApp,
    now: () => now,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    logIn: async () => (await accounts.login.login(credentials)).token,
    identify: async (token: string): Promise<Identity> => {
      const identity = await accounts.authenticator.authenticate(token);
      if (identity === null) throw new Error('The token was refused.');
      return identity;
    },
    countSessions: async (index: 'user' | 'app', value: string) =>
      (await records.find('session', index, value, { after: null, limit: 1000 })).length,
  };
};
