import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Flags, readConfiguration, settings, unknownVariables } from '../src/configuration.js';
import { parseDuration } from '../src/duration.js';
import { Refusal } from '../src/refusal.js';
import { toFlagName } from '../src/setting.js';
import { parseSize } from '../src/size.js';

describe('readConfiguration', () => {
  it('has defaults for everything that must be', () => {
    expect(readConfiguration({}, {})).toEqual({
      dataDir: './data',
      database: undefined,
      databaseListen: undefined,
      databaseSchema: 'synckeep',
      databasePool: 10,
      blobs: undefined,
      notifier: undefined,
      secret: undefined,
      host: '127.0.0.1',
      port: 8787,
      publicUrl: undefined,
      serviceName: 'Synckeep',
      smtp: undefined,
      mailFrom: undefined,
      blobUrl: undefined,
      blobsFallback: undefined,
      trustedProxies: undefined,
      rateLimit: 'on',
      bytesLimit: undefined,
      blobLimit: undefined,
      membershipStatus: 403,
      auditRetention: 365 * 86_400,
      lapsedAccess: 'none',
      stripeSecrets: undefined,
      stripeGrace: 3 * 86_400,
      metrics: null,
      logLevel: 'info',
    });
  });

  it('reads every variable, and lets a flag win', () => {
    const environment = {
      SYNCKEEP_DATA_DIR: '/d',
      SYNCKEEP_DATABASE_URL: 'postgresql://u:p%23w@db.example.org:5433/name?sslmode=verify-full',
      SYNCKEEP_DATABASE_LISTEN_URL: 'postgres:///name?host=/run/postgresql',
      SYNCKEEP_DATABASE_SCHEMA: 'sync_2',
      SYNCKEEP_DATABASE_POOL: '25',
      SYNCKEEP_BLOBS_URL: 's3://key:secret@bucket/prefix?endpoint=http://127.0.0.1:9000',
      SYNCKEEP_NOTIFIER_URL: 'rediss://:pw@cache.example.org/1',
      SYNCKEEP_SECRET: '0123456789abcdef0123456789abcdef',
      HOST: '::1',
      PORT: '0',
      SYNCKEEP_PUBLIC_URL: 'https://sync.example.org/',
      SYNCKEEP_NAME: 'Example Sync',
      SYNCKEEP_SMTP_URL: 'smtp://sync%40example.org:p%23w@mail.example.org',
      SYNCKEEP_MAIL_FROM: 'sync@example.org',
      SYNCKEEP_BLOB_URL: 'http://blobs.example.org:8080/x/',
      SYNCKEEP_BLOBS_FALLBACK_URL: '/mnt/old/blobs',
      SYNCKEEP_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,::1/128',
      SYNCKEEP_RATE_LIMIT: 'off',
      SYNCKEEP_BYTES_LIMIT: '10GiB',
      SYNCKEEP_BLOB_LIMIT: '1000',
      SYNCKEEP_MEMBERSHIP_STATUS: '402',
      SYNCKEEP_AUDIT_RETENTION: '3650d',
      SYNCKEEP_LAPSED_ACCESS: 'read',
      SYNCKEEP_STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef, whsec_fedcba9876543210',
      SYNCKEEP_STRIPE_GRACE: '7d',
      SYNCKEEP_METRICS: '[::1]:9000',
      LOG_LEVEL: 'trace',
    };
    const expected = {
      dataDir: '/d',
      database: environment.SYNCKEEP_DATABASE_URL,
      databaseListen: environment.SYNCKEEP_DATABASE_LISTEN_URL,
      databaseSchema: 'sync_2',
      databasePool: 25,
      blobs: { kind: 's3', url: environment.SYNCKEEP_BLOBS_URL },
      notifier: environment.SYNCKEEP_NOTIFIER_URL,
      secret: [{ id: expect.stringMatching(/^[0-9a-f]{12}$/), bytes: Buffer.from(environment.SYNCKEEP_SECRET) }],
      host: '::1',
      port: 0,
      publicUrl: 'https://sync.example.org',
      serviceName: 'Example Sync',
      smtp: { host: 'mail.example.org', port: 587, tls: 'starttls', user: 'sync@example.org', password: 'p#w' },
      mailFrom: 'sync@example.org',
      blobUrl: 'http://blobs.example.org:8080/x',
      blobsFallback: { kind: 'folder', path: '/mnt/old/blobs' },
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1/128'],
      rateLimit: 'off',
      bytesLimit: 10 * 2 ** 30,
      blobLimit: 1000,
      membershipStatus: 402,
      auditRetention: 3650 * 86_400,
      lapsedAccess: 'read',
      stripeSecrets: ['whsec_0123456789abcdef', 'whsec_fedcba9876543210'],
      stripeGrace: 7 * 86_400,
      metrics: { host: '::1', port: 9000 },
      logLevel: 'trace',
    };
    expect(readConfiguration(environment, {})).toEqual(expected);
    expect(readConfiguration(environment, { port: '1', rateLimit: 'on' })).toEqual({
      ...expected,
      port: 1,
      rateLimit: 'on',
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfiguration({ PORT: '', SYNCKEEP_PUBLIC_URL: '' }, {})).toMatchObject({
      port: 8787,
      publicUrl: undefined,
    });
  });

  it.each<[Flags, string]>([
    [{ port: '65536' }, '--port must be a port number'],
    [{ port: '' }, '--port must be a port number'],
    [{ port: '0x10' }, '--port must be a port number'],
    [{ host: 'a b' }, '--host must be an address'],
    [{ publicUrl: 'sync.example.org' }, '--public-url must be an http or https URL'],
    [{ publicUrl: 'ftp://sync.example.org' }, '--public-url must be an http or https URL'],
    [{ publicUrl: 'https://a:b@sync.example.org' }, '--public-url must be an http or https URL'],
    [{ blobUrl: 'https://sync.example.org/?a=b' }, '--blob-url must be an http or https URL'],
    [{ trustedProxies: '10.0.0.0/33' }, '--trusted-proxies must be addresses or networks'],
    [{ trustedProxies: 'proxy.local' }, '--trusted-proxies must be addresses or networks'],
    [{ trustedProxies: '10.0.0.1,' }, '--trusted-proxies must be addresses or networks'],
    [{ rateLimit: 'no' }, '--rate-limit must be on or off.'],
    [{ bytesLimit: '10 apples' }, '--bytes-limit must be a number of bytes'],
    [{ membershipStatus: '200' }, '--membership-status must be 403 or 402.'],
    [{ logLevel: 'loud' }, '--log-level must be trace or debug'],
    [{ dataDir: 'a\0b' }, '--data-dir must be the path of a folder'],
    [{ database: 'db.example.org' }, '--database must be a PostgreSQL URL'],
    [{ database: 'mysql://db.example.org/x' }, '--database must be a PostgreSQL URL'],
    [{ database: 'postgres://u:p#w@db.example.org/x' }, 'percent-encoded'],
    [{ database: 'postgres://db.example.org/x?schema=sync' }, 'a schema is SYNCKEEP_DATABASE_SCHEMA'],
    [{ databaseListen: 'postgres://db.example.org/x' }, 'name it with SYNCKEEP_DATABASE_URL or --database.'],
    [{ databaseSchema: 'pg_catalog' }, '--database-schema must be a name'],
    [{ databaseSchema: 'a"; DROP' }, '--database-schema must be a name'],
    [{ databasePool: '0' }, '--database-pool must be a number from 1 to 1000.'],
    [{ databasePool: '1001' }, '--database-pool must be a number from 1 to 1000.'],
    [{ blobs: '' }, '--blobs must be a folder'],
    [{ blobs: 's3://' }, '--blobs must be a folder'],
    [{ blobs: 'https://bucket.example.org' }, '--blobs must be a folder'],
    [{ blobs: 'file://other.example.org/x' }, '--blobs must be a folder'],
    [{ notifier: 'http://cache.example.org' }, '--notifier must be a Redis URL'],
    [{ smtp: 'mail.example.org' }, '--smtp must be an SMTP URL'],
    [{ smtp: 'smtp://mail.example.org?tls=maybe' }, '--smtp must be an SMTP URL'],
    [{ smtp: 'smtps://mail.example.org?tls=off' }, '--smtp must be an SMTP URL'],
    [{ smtp: 'smtp://mail.example.org' }, 'goes with a sender: name it with SYNCKEEP_MAIL_FROM or --mail-from.'],
    [{ mailFrom: 'Sync <sync@example.org>' }, '--mail-from must be an e-mail address'],
    [{ metrics: '9464' }, '--metrics must be off, on, or an address with a port'],
    [{ metrics: '::1:9464' }, '--metrics must be off'],
    [{ metrics: 'localhost:70000' }, '--metrics must be off'],
    [{ serviceName: 'two\nlines' }, '--service-name must be a name'],
  ])('refuses %j with a sentence', (flags, words) => {
    expect(() => readConfiguration({}, flags)).toThrow(Refusal);
    expect(() => readConfiguration({}, flags)).toThrow(words);
  });

  it('never repeats what it refuses, because a password may be in it', () => {
    const text = 'postgres:/user:hunter2hunter2@db#';
    for (const name of ['database', 'blobs', 'notifier', 'smtp'] as const) {
      expect(() => readConfiguration({}, { [name]: text })).toThrow(expect.not.stringContaining('hunter2'));
    }
    for (const { variable } of [settings.secret, settings.database]) {
      expect(() => readConfiguration({ [variable]: 'hunter2' }, {})).toThrow(expect.not.stringContaining('hunter2'));
    }
  });

  it('takes a secret from the environment only, where no list of processes shows it', () => {
    expect(settings.secret.flag).toBeNull();
  });

  it.each([
    ['smtp://mail.example.org', { port: 587, tls: 'starttls' }],
    ['smtps://mail.example.org', { port: 465, tls: 'implicit' }],
    ['smtp://mail.example.org:25?tls=off', { port: 25, tls: 'off' }],
    ['smtp://127.0.0.1:2525', { port: 2525, tls: 'off', user: undefined }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, tls: 'off' }],
  ])('sends a password in clear only where %s says so', (url, place) => {
    expect(readConfiguration({ SYNCKEEP_SMTP_URL: url, SYNCKEEP_MAIL_FROM: 'a@b.c' }, {}).smtp).toMatchObject(place);
  });

  it.each([
    ['off', null],
    ['on', { host: '127.0.0.1', port: 9464 }],
    ['0.0.0.0:9100', { host: '0.0.0.0', port: 9100 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('serves metrics for %s at %j', (text, place) => {
    expect(readConfiguration({ SYNCKEEP_METRICS: text }, {}).metrics).toEqual(place);
  });

  it('knows misspelt variables from its own and others', () => {
    expect(unknownVariables({ SYNCKEEP_PUBLIC_URI: '', SYNCKEEP_PUBLIC_URL: '', PATH: '' })).toEqual([
      'SYNCKEEP_PUBLIC_URI',
    ]);
  });

  it('is explained in the README, setting by setting', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const { variable, flag } of Object.values(settings)) {
      const cell = flag === null ? 'none' : `\`${toFlagName(flag)}\``;
      expect(readme).toMatch(new RegExp(`\\| \`${variable}\` +\\| ${cell} +\\|`));
    }
  });
});

describe('units', () => {
  it.each([
    ['1', 1],
    ['1KiB', 1024],
    ['10 GiB', 10 * 2 ** 30],
    ['0', undefined],
    ['1kb', undefined],
    ['', undefined],
    ['9999999TiB', undefined],
  ])('reads the size %j as %j', (text, bytes) => expect(parseSize(text)).toBe(bytes));
  it.each([
    ['0s', 0],
    ['90s', 90],
    ['30m', 1800],
    ['24h', 86_400],
    ['365d', 365 * 86_400],
    ['366d', undefined],
    ['24', undefined],
    ['-1h', undefined],
  ])('reads the time %j as %j', (text, seconds) => expect(parseDuration(text)).toBe(seconds));
});
