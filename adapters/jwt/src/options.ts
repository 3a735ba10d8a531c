import { type Clock, type Identity, type Log, OptionsError, toUuid } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

/** What a token says, as its issuer signed it. */
export type Claims = Readonly<Record<string, unknown>>;

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
] as const;
const symmetric = ['HS256', 'HS384', 'HS512'] as const;

export type Algorithm = (typeof asymmetric)[number] | (typeof symmetric)[number];

/** Exactly one of `jwks`, `keys` and `secret` says what tokens are signed with. Times are seconds. */
export interface JwtAuthenticatorOptions {
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** `aud` of the tokens, or one of several. `'any'` takes tokens that were made for somebody else too. */
  readonly audience: string | readonly string[] | 'any';
  /** Where the issuer publishes its public keys. */
  readonly jwks?: string | URL;
  /** The public keys themselves. */
  readonly keys?: JSONWebKeySet;
  /** At least 32 bytes that the issuer and this server share, for HS256 and its kin. */
  readonly secret?: Uint8Array;
  /** The ones that are accepted; every asymmetric one by default, and HS256 with a `secret`. */
  readonly algorithms?: readonly Algorithm[];
  /** `typ` of the tokens' header, such as `at+jwt`; not looked at by default. */
  readonly type?: string;
  /** The claim that names the user, or how to find the name; `sub` by default. null refuses the token. */
  readonly userId?: string | ((claims: Claims) => string | null);
  /** The app that every token is for, or how to find it. null refuses the token. */
  readonly appId: string | ((claims: Claims) => string | null);
  /** The claim that names the login; `sid` by default. */
  readonly session?: string;
  /** The claim that says when the user logged in, where a token has it, else `iat` is; `auth_time` by default. */
  readonly loginTime?: string;
  /** By how much the issuer's clock may be ahead; 60 by default. */
  readonly clockTolerance?: number;
  /** Tokens are refused when they were issued longer ago than this, whatever their `exp`. */
  readonly maxTokenAge?: number;
  /** Asked for every token, and every two seconds for every open stream. */
  readonly isRevoked?: (identity: Identity) => boolean | Promise<boolean>;
  /** How long fetched keys are used before they are fetched again; 600 by default. */
  readonly jwksMaxAge?: number;
  /** How much longer they are used while they cannot be fetched; 3600 by default. */
  readonly jwksMaxStale?: number;
  /** Lets `jwks` be http on a network that nobody else can listen in on or answer for. */
  readonly allowInsecureJwks?: boolean;
  /** The `fetch` of the runtime by default. */
  readonly fetch?: typeof fetch;
  readonly log?: Log;
  readonly clock?: Clock;
}

const seconds = z.number().nonnegative();
const text = z.string().min(1, 'must not be empty');
const method = z.custom<object>((value) => typeof value === 'function', 'must be a function');
const port = (name: string, ...methods: readonly string[]) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && methods.every((each) => each in value),
    `must be ${name}: an object with ${methods.join(', ')}`,
  );

const toUrl = (value: unknown): URL | null => {
  if (value instanceof URL) return value;
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
};

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

const publicKey = z
  .looseObject({ kty: z.string() })
  .refine(({ kty }) => kty !== 'oct', 'is a shared secret, which belongs into the option secret')
  .refine((key) => !('d' in key), 'is a private key; give the public one');

const optionsSchema = z
  .strictObject({
    issuer: text,
    audience: z.union([text, z.array(text).min(1)], {
      error: 'must be what tokens for this server have as aud, or "any"',
    }),
    jwks: z.custom<string | URL>((value) => toUrl(value) !== null, 'must be the URL of a JSON Web Key Set').optional(),
    keys: z.object({ keys: z.array(publicKey).min(1, 'must not be empty') }).optional(),
    secret: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length >= 32, 'must have 32 bytes or more')
      .optional(),
    algorithms: z
      .array(z.enum([...asymmetric, ...symmetric]))
      .min(1, 'must not be empty')
      .optional(),
    type: text.optional(),
    userId: z.union([text, method], { error: 'must be the name of a claim, or a function of the claims' }).optional(),
    appId: z.custom<string | object>(
      (value) => typeof value === 'function' || (typeof value === 'string' && toUuid(value) === value),
      'must be the id of an app, or a function of the claims',
    ),
    session: text.optional(),
    loginTime: text.optional(),
    clockTolerance: seconds.optional(),
    maxTokenAge: seconds.positive().optional(),
    isRevoked: method.optional(),
    jwksMaxAge: seconds.optional(),
    jwksMaxStale: seconds.optional(),
    allowInsecureJwks: z.boolean().optional(),
    fetch: method.optional(),
    log: port('a Log', 'debug', 'info', 'warn', 'error').optional(),
    clock: port('a Clock', 'now', 'after').optional(),
  } satisfies Record<keyof JwtAuthenticatorOptions, z.ZodType>)
  .check(({ value, issues }) => {
    const report = (name: string, message: string): void => {
      issues.push({ code: 'custom', input: value, path: [name], message });
    };
    const sources = [value.jwks, value.keys, value.secret].filter((source) => source !== undefined);
    if (sources.length !== 1) report('jwks', 'give exactly one of jwks, keys and secret');
    const fitting: readonly string[] = value.secret ? symmetric : asymmetric;
    const foreign = value.algorithms?.filter((algorithm) => !fitting.includes(algorithm)) ?? [];
    if (foreign.length > 0) {
      report('algorithms', `${foreign.join(', ')} cannot be used ${value.secret ? 'with' : 'without'} a secret`);
    }
    const url = toUrl(value.jwks);
    const isSafe = !url || url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
    const isAllowed = url?.protocol === 'http:' && value.allowInsecureJwks;
    if (!isSafe && !isAllowed) {
      report(
        'jwks',
        'must be https; allowInsecureJwks: true takes http, where whoever can answer for it can log in as anybody',
      );
    }
  });

/** With every default filled in. */
export type JwtOptions = ReturnType<typeof parseOptions>;

/** @throws OptionsError */
export const parseOptions = (options: JwtAuthenticatorOptions) => {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const names = Object.keys(optionsSchema.shape).join(', ');
    const problems = parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no option ${issue.keys.join(', ')}; the options are ${names}`
        : `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new OptionsError(`createJwtAuthenticator cannot use its options: ${problems.join('; ')}.`);
  }
  return {
    userId: 'sub',
    session: 'sid',
    loginTime: 'auth_time',
    clockTolerance: limits.tokenClockSkew,
    jwksMaxAge: 600,
    jwksMaxStale: 3600,
    algorithms: options.secret ? (['HS256'] as const) : asymmetric,
    ...options,
  };
};
