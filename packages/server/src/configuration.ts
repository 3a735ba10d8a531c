import { isIP } from 'node:net';
import { z } from 'zod';
import { Refusal } from './refusal.js';
import { parseSize } from './size.js';

/** Where a setting comes from, and what the help says of it. `schema` reads text; its message completes "PORT …". */
interface Setting<T> {
  readonly variable: string;
  /** As commander writes it. */
  readonly flag: string;
  readonly summary: string;
  readonly fallback: string | undefined;
  readonly schema: z.ZodType<T, string | undefined>;
}

const text = <T>(parse: (value: string) => T | undefined, mustBe: string) =>
  z.string().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `must be ${mustBe}` });
    return z.NEVER;
  });

const oneOf = <T extends string>(...values: readonly T[]) =>
  text((value) => values.find((candidate) => candidate === value), values.join(' or '));

const parsePort = (value: string): number | undefined =>
  /^[0-9]{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined;

const parseBase = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isBase = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  return isBase ? url.href.replace(/\/+$/, '') : undefined;
};

const isNetwork = (value: string): boolean => {
  const [, address = '', prefix = ''] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix) <= (version === 4 ? 32 : 128);
};

const parseNetworks = (value: string): readonly string[] | undefined => {
  const networks = value.split(',').map((part) => part.trim());
  return networks.every(isNetwork) ? networks : undefined;
};

const size = text(parseSize, 'a number of bytes, such as 1073741824 or 1GiB');

const setting = <T>(
  variable: string,
  flag: string,
  summary: string,
  schema: z.ZodType<T, string | undefined>,
  fallback?: string,
): Setting<T> => ({ variable, flag, summary, schema, fallback });

/** Everything that can be configured. A flag wins over its variable; an empty variable counts as absent. */
export const settings = {
  dataDir: setting(
    'SYNCKEEP_DATA_DIR',
    '--data-dir <folder>',
    'where everything is kept',
    text(
      (value) => (value === '' || value.includes('\0') ? undefined : value),
      'the path of a folder, such as /var/lib/synckeep',
    ),
    './data',
  ),
  host: setting(
    'HOST',
    '--host <address>',
    'address to listen on',
    text((value) => (/^[^\s/]+$/.test(value) ? value : undefined), 'an address or a host name, such as 127.0.0.1'),
    '127.0.0.1',
  ),
  port: setting(
    'PORT',
    '--port <number>',
    'port to listen on; 0 takes a free one',
    text(parsePort, 'a port number from 0 to 65535, such as 8787'),
    '8787',
  ),
  publicUrl: setting(
    'SYNCKEEP_PUBLIC_URL',
    '--public-url <url>',
    'what clients call this server; the listen address when left out',
    text(parseBase, 'an http or https URL without a query, such as https://sync.example.org').optional(),
  ),
  blobUrl: setting(
    'SYNCKEEP_BLOB_URL',
    '--blob-url <url>',
    'another origin of this server for blobs; the public URL when left out',
    text(parseBase, 'an http or https URL without a query, such as https://blobs.example.org').optional(),
  ),
  blobsFallback: setting(
    'SYNCKEEP_BLOBS_FALLBACK_URL',
    '--blobs-fallback <location>',
    'a former blob store, a folder or its file:// URL, read where a blob has not been copied yet',
    text((value) => (value.includes('\0') ? undefined : value), 'a folder, such as /mnt/old/blobs').optional(),
  ),
  trustedProxies: setting(
    'SYNCKEEP_TRUSTED_PROXIES',
    '--trusted-proxies <networks>',
    'networks whose forwarded headers count, separated by commas; none when left out',
    text(parseNetworks, 'addresses or networks separated by commas, such as 127.0.0.1/32,::1/128').optional(),
  ),
  rateLimit: setting(
    'SYNCKEEP_RATE_LIMIT',
    '--rate-limit <on|off>',
    'off switches every rate limit off, for scripts and load tests',
    oneOf('on', 'off'),
    'on',
  ),
  bytesLimit: setting(
    'SYNCKEEP_BYTES_LIMIT',
    '--bytes-limit <size>',
    'what one user may store in one app, such as 10GiB; no limit when left out',
    size.optional(),
  ),
  blobLimit: setting(
    'SYNCKEEP_BLOB_LIMIT',
    '--blob-limit <size>',
    'the size of one blob, such as 1GiB; no limit when left out',
    size.optional(),
  ),
  membershipStatus: setting(
    'SYNCKEEP_MEMBERSHIP_STATUS',
    '--membership-status <403|402>',
    'the status that answers a lapsed membership',
    text((value) => ([403, 402] as const).find((status) => String(status) === value), '403 or 402'),
    '403',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    '--log-level <level>',
    'trace, debug, info, warn, error, fatal or silent; logs go to stderr',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
  ),
} as const;

export type SettingName = keyof typeof settings;
export type Configuration = { readonly [N in SettingName]: z.output<(typeof settings)[N]['schema']> };

/** Values by setting, as text: what flags gave. */
export type Flags = { readonly [N in SettingName]?: string | undefined };
type Environment = Readonly<Record<string, string | undefined>>;

/** The name of a flag without its value. */
export const toFlagName = (flag: string): string => flag.replace(/ .*/, '');

const read = <T>(from: Setting<T>, flagged: string | undefined, environment: Environment): T => {
  const value = flagged ?? (environment[from.variable] || from.fallback);
  const parsed = from.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const source = flagged === undefined ? from.variable : toFlagName(from.flag);
  throw new Refusal(`${source} ${parsed.error.issues[0]?.message ?? 'cannot be used'}.`);
};

/** What an administrative command needs to know. It is silent unless something is wrong. @throws Refusal */
export const readAdministration = (
  environment: Environment,
  flags: Flags,
): Pick<Configuration, 'dataDir' | 'blobsFallback' | 'logLevel'> => ({
  dataDir: read(settings.dataDir, flags.dataDir, environment),
  blobsFallback: read(settings.blobsFallback, flags.blobsFallback, environment),
  logLevel: read({ ...settings.logLevel, fallback: 'warn' }, flags.logLevel, environment),
});

/** @throws Refusal that names the variable or flag and says what to write. */
export const readConfiguration = (environment: Environment, flags: Flags): Configuration => ({
  dataDir: read(settings.dataDir, flags.dataDir, environment),
  host: read(settings.host, flags.host, environment),
  port: read(settings.port, flags.port, environment),
  publicUrl: read(settings.publicUrl, flags.publicUrl, environment),
  blobUrl: read(settings.blobUrl, flags.blobUrl, environment),
  blobsFallback: read(settings.blobsFallback, flags.blobsFallback, environment),
  trustedProxies: read(settings.trustedProxies, flags.trustedProxies, environment),
  rateLimit: read(settings.rateLimit, flags.rateLimit, environment),
  bytesLimit: read(settings.bytesLimit, flags.bytesLimit, environment),
  blobLimit: read(settings.blobLimit, flags.blobLimit, environment),
  membershipStatus: read(settings.membershipStatus, flags.membershipStatus, environment),
  logLevel: read(settings.logLevel, flags.logLevel, environment),
});

/** Variables that look like ours and are not: probably misspelt. */
export const unknownVariables = (environment: Environment): readonly string[] => {
  const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
  return Object.keys(environment).filter((name) => name.startsWith('SYNCKEEP_') && !known.has(name));
};
