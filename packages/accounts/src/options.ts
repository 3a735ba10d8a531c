import {
  type AppAdministration,
  type Audit,
  type Clock,
  type Log,
  type Notifier,
  OptionsError,
  type Random,
  type RateLimiter,
  type Records,
  type Secrets,
} from '@synckeep/core';
import type { RateLimit } from '@synckeep/protocol';
import { z } from 'zod';
import type { Mailer } from './mail/mailer.js';
import type { PasswordHasher } from './password-hasher.js';

export interface AccountsOptions {
  /** Of the storage that the server has too: a login is refused unless the app's record is in it. */
  readonly records: Records;
  readonly apps: Pick<AppAdministration, 'findByKey'>;
  readonly notifier: Notifier;
  /** What tokens are signed with. */
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  /** Counts failed logins; `'off'` lets everybody guess as fast as passwords can be checked. */
  readonly rateLimiter: RateLimiter | 'off';
  readonly log: Log;
  /** `createAudit(…)` with a retention of one's own; rows are kept for 365 days by default. */
  readonly audit?: Audit;
  /** `iss` of the tokens; `synckeep` by default. Tokens of another issuer are refused. */
  readonly issuer?: string;
  /** What this server is called where people read it; `Synckeep` by default. */
  readonly serviceName?: string;
  /** Sends the letters of registration and recovery; without one, the administrator hands links over. */
  readonly mailer?: Mailer;
  /** What browsers call this server: links to its pages begin with it, and cookies of administrators follow from it. Asked for each. */
  readonly publicUrl?: () => string;
  /** How many logins of one account may fail (P-6); 10, then one a minute by default. */
  readonly failedLogins?: RateLimit;
  /** Argon2id by default (P-12). */
  readonly passwordHasher?: PasswordHasher;
}

/** An object with these methods, whatever else it has. */
const port = (name: string, ...methods: readonly string[]) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && methods.every((method) => method in value),
    `must be ${name}: an object with ${methods.join(', ')}`,
  );

const optionsSchema = z.strictObject({
  records: port('the Records of a storage', 'get', 'find', 'transact', 'sweep'),
  apps: port('an AppAdministration', 'findByKey'),
  notifier: port('a Notifier', 'publish', 'subscribe'),
  secrets: port('a Secrets', 'list'),
  clock: port('a Clock', 'now', 'after'),
  random: port('a Random', 'bytes'),
  rateLimiter: z.union([z.literal('off'), port('a RateLimiter', 'take', 'giveBack')], {
    error: 'must be a RateLimiter, or "off" to let passwords be guessed without limit',
  }),
  log: port('a Log', 'debug', 'info', 'warn', 'error'),
  audit: port('an Audit: write createAudit({ clock, random, retention })', 'entry').optional(),
  issuer: z.string().min(1, 'must not be empty').optional(),
  serviceName: z.string().min(1, 'must not be empty').optional(),
  mailer: port('a Mailer, such as createSmtpMailer makes', 'send', 'close').optional(),
  publicUrl: z.custom<() => string>((value) => typeof value === 'function', 'must be a function').optional(),
  failedLogins: z.strictObject({ burst: z.int().positive(), perSecond: z.number().positive() }).optional(),
  passwordHasher: port('a PasswordHasher', 'hash', 'verify').optional(),
} satisfies Record<keyof AccountsOptions, z.ZodType>);

/** @throws OptionsError */
export const checkOptions = (options: AccountsOptions): void => {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) {
    if (options.mailer === undefined || options.publicUrl !== undefined) return;
    throw new OptionsError(
      'createAccounts with a mailer also needs publicUrl: the links in its letters begin with it.',
    );
  }
  const names = Object.keys(optionsSchema.shape).join(', ');
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no option ${[...issue.path, ''].join('.')}${issue.keys.join(', ')}; the options are ${names}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new OptionsError(`createAccounts cannot use its options: ${problems.join('; ')}.`);
};
