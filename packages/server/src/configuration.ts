import { isIP } from 'node:net';
import type { z } from 'zod';
import { type backupKeySettings, backupSettings, type retentionSettings } from './backup-settings.js';
import { parseDuration } from './duration.js';
import { parseMetricsPlace } from './metrics-place.js';
import { baseUrl, pageSettings } from './page-settings.js';
import { partSettings } from './part-settings.js';
import { parsePort } from './port.js';
import { Refusal } from './refusal.js';
import { type Environment, oneOf, readSetting, setting, text, toSource } from './setting.js';
import { parseSize } from './size.js';

const isNetwork = (value: string): boolean => {
  const [, address = '', prefix = ''] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix) <= (version === 4 ? 32 : 128);
};

const parseNetworks = (value: string): readonly string[] | undefined => {
  const networks = value.split(',').map((part) => part.trim());
  return networks.every(isNetwork) ? networks : undefined;
};

const parseStripeSecrets = (value: string): readonly string[] | undefined => {
  const secrets = value.split(',').map((part) => part.trim());
  return secrets.every((secret) => /^whsec_\S{16,}$/.test(secret)) ? secrets : undefined;
};

const size = text(parseSize, 'a number of bytes, such as 1073741824 or 1GiB');

/** How the server serves what the parts hold. */
export const serveSettings = {
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
  blobUrl: setting(
    'SYNCKEEP_BLOB_URL',
    '--blob-url <url>',
    'another origin of this server for blobs; the public URL when left out',
    baseUrl('https://blobs.example.org').optional(),
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
  lapsedAccess: setting(
    'SYNCKEEP_LAPSED_ACCESS',
    '--lapsed-access <none|read>',
    'what is left to somebody whose membership lapsed: nothing, or pulling',
    oneOf('none', 'read'),
    'none',
  ),
  stripeSecrets: setting(
    'SYNCKEEP_STRIPE_WEBHOOK_SECRET',
    null,
    'what Stripe signs its webhooks with, several separated by commas; none are taken when left out',
    text(parseStripeSecrets, 'signing secrets of a webhook, such as whsec_…, separated by commas').optional(),
  ),
  stripeGrace: setting(
    'SYNCKEEP_STRIPE_GRACE',
    '--stripe-grace <time>',
    'how long a subscription stays open when its renewal is late or fails',
    text(parseDuration, 'a time of at most a year, such as 3d'),
    '3d',
  ),
  metrics: setting(
    'SYNCKEEP_METRICS',
    '--metrics <off|on|address>',
    'where Prometheus reads metrics; on is 127.0.0.1:9464',
    text(parseMetricsPlace, 'off, on, or an address with a port, such as 127.0.0.1:9464'),
    'off',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    '--log-level <level>',
    'trace, debug, info, warn, error, fatal or silent; logs go to stderr',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
  ),
} as const;

/** Everything that can be configured. */
export const settings = { ...partSettings, ...pageSettings, ...serveSettings, ...backupSettings };

export type SettingName = keyof typeof settings;
export type Configuration = { readonly [N in SettingName]: z.output<(typeof settings)[N]['schema']> };

type PartName = keyof typeof partSettings;
type PageName = keyof typeof pageSettings;
/** Where everything is kept. */
export type PartsConfiguration = Pick<Configuration, PartName>;
/** What people see of the server. */
export type PagesConfiguration = Pick<Configuration, PageName>;

/** Values by setting, as text: what flags gave. */
export type Flags = { readonly [N in SettingName]?: string | undefined };
/** Those that every command has. */
export type CommonSettings = Pick<Flags, PartName | PageName | 'logLevel'>;

const readParts = (environment: Environment, flags: CommonSettings): PartsConfiguration => {
  const parts = {
    dataDir: readSetting(settings.dataDir, flags.dataDir, environment),
    database: readSetting(settings.database, flags.database, environment),
    databaseListen: readSetting(settings.databaseListen, flags.databaseListen, environment),
    databaseSchema: readSetting(settings.databaseSchema, flags.databaseSchema, environment),
    databasePool: readSetting(settings.databasePool, flags.databasePool, environment),
    blobs: readSetting(settings.blobs, flags.blobs, environment),
    blobsFallback: readSetting(settings.blobsFallback, flags.blobsFallback, environment),
    backup: readSetting(settings.backup, flags.backup, environment),
    notifier: readSetting(settings.notifier, flags.notifier, environment),
    auditRetention: readSetting(settings.auditRetention, flags.auditRetention, environment),
    secret: readSetting(settings.secret, undefined, environment),
  };
  if (parts.databaseListen !== undefined && parts.database === undefined) {
    const { databaseListen, database } = settings;
    throw new Refusal(`${toSource(databaseListen)} goes with a database: name it with ${toSource(database)}.`);
  }
  return parts;
};

const readPages = (environment: Environment, flags: CommonSettings): PagesConfiguration => {
  const { publicUrl, serviceName, smtp, mailFrom } = settings;
  const pages = {
    publicUrl: readSetting(publicUrl, flags.publicUrl, environment),
    serviceName: readSetting(serviceName, flags.serviceName, environment),
    smtp: readSetting(smtp, flags.smtp, environment),
    mailFrom: readSetting(mailFrom, flags.mailFrom, environment),
  };
  if (pages.smtp !== undefined && pages.mailFrom === undefined) {
    throw new Refusal(`${toSource(smtp)} goes with a sender: name it with ${toSource(mailFrom)}.`);
  }
  return pages;
};

/** What seals and opens backups, as it was said. @throws Refusal */
export const readBackupKeySettings = (
  environment: Environment,
  flags: Flags,
): Pick<Configuration, keyof typeof backupKeySettings> => ({
  ageRecipient: readSetting(settings.ageRecipient, flags.ageRecipient, environment),
  ageIdentityFile: readSetting(settings.ageIdentityFile, flags.ageIdentityFile, environment),
  passphraseFile: readSetting(settings.passphraseFile, flags.passphraseFile, environment),
  backupPassphrase: readSetting(settings.backupPassphrase, undefined, environment),
});

/** Which backups stay. @throws Refusal */
export const readRetention = (
  environment: Environment,
  flags: Flags,
): Pick<Configuration, keyof typeof retentionSettings> => ({
  keepLast: readSetting(settings.keepLast, flags.keepLast, environment),
  keepDaily: readSetting(settings.keepDaily, flags.keepDaily, environment),
  keepWeekly: readSetting(settings.keepWeekly, flags.keepWeekly, environment),
  keepMonthly: readSetting(settings.keepMonthly, flags.keepMonthly, environment),
});

/** What an administrative command needs to know. It is silent unless something is wrong. @throws Refusal */
export const readAdministration = (
  environment: Environment,
  flags: CommonSettings,
): PartsConfiguration & PagesConfiguration & Pick<Configuration, 'logLevel'> => ({
  ...readParts(environment, flags),
  ...readPages(environment, flags),
  logLevel: readSetting({ ...settings.logLevel, fallback: 'warn' }, flags.logLevel, environment),
});

const readBackupEvery = (environment: Environment, flags: Flags): number | undefined => {
  const { backup, backupEvery } = settings;
  const every = readSetting(backupEvery, flags.backupEvery, environment);
  if (every !== undefined && readSetting(backup, flags.backup, environment) === undefined) {
    throw new Refusal(`${toSource(backupEvery)} goes with a place: name it with ${toSource(backup)}.`);
  }
  return every;
};

/** @throws Refusal that names the variable or flag and says what to write. */
export const readConfiguration = (environment: Environment, flags: Flags): Configuration => ({
  ...readParts(environment, flags),
  ...readPages(environment, flags),
  host: readSetting(settings.host, flags.host, environment),
  port: readSetting(settings.port, flags.port, environment),
  blobUrl: readSetting(settings.blobUrl, flags.blobUrl, environment),
  trustedProxies: readSetting(settings.trustedProxies, flags.trustedProxies, environment),
  rateLimit: readSetting(settings.rateLimit, flags.rateLimit, environment),
  bytesLimit: readSetting(settings.bytesLimit, flags.bytesLimit, environment),
  blobLimit: readSetting(settings.blobLimit, flags.blobLimit, environment),
  membershipStatus: readSetting(settings.membershipStatus, flags.membershipStatus, environment),
  lapsedAccess: readSetting(settings.lapsedAccess, flags.lapsedAccess, environment),
  stripeSecrets: readSetting(settings.stripeSecrets, undefined, environment),
  stripeGrace: readSetting(settings.stripeGrace, flags.stripeGrace, environment),
  metrics: readSetting(settings.metrics, flags.metrics, environment),
  logLevel: readSetting(settings.logLevel, flags.logLevel, environment),
  backupEvery: readBackupEvery(environment, flags),
  ...readBackupKeySettings(environment, flags),
  ...readRetention(environment, flags),
});

/** Variables that look like ours and are not: probably misspelt. */
export const unknownVariables = (environment: Environment): readonly string[] => {
  const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
  return Object.keys(environment).filter((name) => name.startsWith('SYNCKEEP_') && !known.has(name));
};
