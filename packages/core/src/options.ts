import { type RateLimit, type RateLimitName, rateLimits } from '@synckeep/protocol';
import { z } from 'zod';
import type { Audit } from './administration/audit.js';
import type {
  AdministratorLogin,
  Administrators,
  Authenticator,
  BlobStore,
  Clock,
  Compressor,
  Entitlements,
  Hasher,
  HealthParts,
  Log,
  Login,
  Memberships,
  Notifier,
  Observer,
  Random,
  RateLimiter,
  Storage,
  UserDirectory,
} from './ports/index.js';

export interface SyncServerOptions {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly authenticator: Authenticator;
  /** null: the host logs its users in itself, and `POST auth` answers 404 `login_disabled`. */
  readonly login: Login | null;
  /** Asked for apps that are linked to a paid item or tier; `memberships` by default. Without both such apps are closed. */
  readonly entitlements?: Entitlements;
  /** What the admin API and webhooks of payment providers administer. Without it they answer 404 `memberships_disabled`. */
  readonly memberships?: Memberships;
  /** Who may use the admin API without an admin token: nobody when it is left out. */
  readonly administrators?: Administrators;
  /** null (the default): the host signs its administrators in itself, and signing in answers 404 `administrators_disabled`. */
  readonly administratorLogin?: AdministratorLogin | null;
  /** The users that the admin API administers, `accounts.directory` of built-in ones. Without it they are the host's: 404 `users_disabled`. */
  readonly users?: UserDirectory;
  /** `'off'` switches every rate limit off and drops their headers. */
  readonly rateLimiter: RateLimiter | 'off';
  /** Other numbers than those of the contract. */
  readonly rateLimits?: Partial<Record<RateLimitName, RateLimit>>;
  /** The status of a lapsed membership; 403 by default. */
  readonly membershipStatus?: 402 | 403;
  /** Bytes that one user may store in one app, data and blobs together; null (the default): as much as there is room for. */
  readonly bytesLimit?: number | null;
  /** Bytes of one blob; null (the default): no limit. */
  readonly blobLimit?: number | null;
  /** Where clients reach the operations, with the prefix: `https://sync.example.org/api/sync`. Without it no updates are offered. */
  readonly baseUrl?: () => string;
  /** Reads the artifacts of updates. That of the runtime is worth giving: the default is slow for hundreds of megabytes. */
  readonly hasher?: Hasher;
  /** How answers of lines are compressed, the best first; gzip by default. `createNodeCompressors()` on Node. */
  readonly compressors?: readonly Compressor[];
  /** `createAudit(…)` with a retention of one's own; rows are kept for 365 days by default. */
  readonly audit?: Audit;
  /** What the health of this server says beside what the core sees itself. */
  readonly health?: HealthParts;
  /** Who measures: of metrics, of traces. Nothing is measured without one. */
  readonly observer?: Observer | readonly Observer[];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** An option of `createSyncServer` that cannot be used; the message says which and what to write. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

const positive = z.number().int().positive();
const rate = z.strictObject({ burst: positive, perSecond: z.number().positive() });

/** A part with these methods, whatever else it has. */
const port = <T>(name: string, ...methods: readonly (keyof T & string)[]) =>
  z.custom<T>(
    (value) => typeof value === 'object' && value !== null && methods.every((method) => method in value),
    `must be ${name}: an object with ${methods.join(', ')}`,
  );

const observer = port<Observer>('an Observer, or a list of them', 'note', 'follow');

const optionsSchema = z.strictObject({
  storage: port<Storage>(
    'a Storage',
    'changeLog',
    'deviceStore',
    'keyStore',
    'blobIndex',
    'records',
    'transfer',
    'erase',
    'scopes',
    'totals',
  ),
  blobStore: port<BlobStore>(
    'a BlobStore',
    'signUpload',
    'parts',
    'accept',
    'signDownload',
    'inspect',
    'read',
    'write',
    'delete',
    'list',
    'routes',
  ),
  notifier: port<Notifier>('a Notifier', 'publish', 'subscribe', 'close'),
  authenticator: port<Authenticator>('an Authenticator', 'authenticate', 'isCurrent'),
  login: port<Login>(
    'a Login, or null when the host logs its users in',
    'login',
    'renew',
    'verifyPassword',
    'endSessions',
  ).nullable(),
  entitlements: port<Entitlements>('an Entitlements', 'check').optional(),
  memberships: port<Memberships>('a Memberships: write createMemberships(…)', 'check', 'grant', 'receive').optional(),
  administrators: port<Administrators>('an Administrators', 'authenticate').optional(),
  administratorLogin: port<AdministratorLogin>(
    'an AdministratorLogin',
    'needsSetup',
    'signIn',
    'signOut',
    'setUp',
    'list',
    'add',
    'remove',
  )
    .nullable()
    .optional(),
  users: port<UserDirectory>(
    'a UserDirectory, such as the directory of createAccounts',
    'list',
    'get',
    'change',
    'remove',
    'removeApp',
  ).optional(),
  rateLimiter: z.union([z.literal('off'), port<RateLimiter>('a RateLimiter or "off"', 'take', 'giveBack')], {
    error: 'must be a RateLimiter, or "off" to serve without rate limits',
  }),
  rateLimits: z.partialRecord(z.enum(Object.keys(rateLimits) as [RateLimitName]), rate).optional(),
  membershipStatus: z.union([z.literal(402), z.literal(403)]).optional(),
  bytesLimit: positive.nullable().optional(),
  blobLimit: positive.nullable().optional(),
  baseUrl: z
    .custom<() => string>((value) => typeof value === 'function', 'must be a function that answers a URL')
    .optional(),
  audit: port<Audit>('an Audit: write createAudit({ clock, random, retention })', 'entry').optional(),
  hasher: port<Hasher>('a Hasher', 'create').optional(),
  observer: z.union([observer, observer.array()], { error: 'must be an Observer, or a list of them' }).optional(),
  health: z.custom<HealthParts>((value) => typeof value === 'object' && value !== null, 'must be an object').optional(),
  compressors: z.array(port<Compressor>('a list of Compressors', 'encoding', 'compress')).optional(),
  log: port<Log>('a Log', 'debug', 'info', 'warn', 'error').optional(),
  clock: port<Clock>('a Clock', 'now', 'after').optional(),
  random: port<Random>('a Random', 'bytes').optional(),
});

/** @throws OptionsError */
export const parseOptions = (options: SyncServerOptions): SyncServerOptions => {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return options;
  const problems = parsed.error.issues.map(({ code, path, message, ...issue }) =>
    code === 'unrecognized_keys' && 'keys' in issue
      ? `there is no option ${(issue.keys as string[]).join(', ')}; the options are ${Object.keys(optionsSchema.shape).join(', ')}`
      : `${path.join('.')}: ${message}`,
  );
  throw new OptionsError(`createSyncServer cannot use its options: ${problems.join('; ')}.`);
};
