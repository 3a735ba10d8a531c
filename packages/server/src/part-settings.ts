import { parseBlobPlace } from './blob-place.js';
import { parseRetention } from './duration.js';
import { parseSecrets } from './given-secrets.js';
import { parsePostgresUrl, parseRedisUrl } from './service-url.js';
import { setting, text } from './setting.js';

const mostConnections = 1_000;

const parsePool = (value: string): number | undefined =>
  /^[1-9][0-9]{0,3}$/.test(value) && Number(value) <= mostConnections ? Number(value) : undefined;

/** Unquoted, as in `psql`; what PostgreSQL keeps for itself begins with `pg_`. */
const parseSchema = (value: string): string | undefined =>
  /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(value) ? value : undefined;

const escaped = 'with what is no letter or digit in a password percent-encoded';
const postgresUrl = text(
  parsePostgresUrl,
  `a PostgreSQL URL, such as postgres://user:password@db.example.org:5432/synckeep, ${escaped}; a schema is SYNCKEEP_DATABASE_SCHEMA`,
);
const blobPlace = text(
  parseBlobPlace,
  'a folder, such as ./blobs, or a bucket, such as s3://bucket?region=eu-central-1',
);

/** Where everything is kept: what `serve` and every other command must know alike. */
export const partSettings = {
  dataDir: setting(
    'SYNCKEEP_DATA_DIR',
    '--data-dir <folder>',
    'where everything is kept that has no place of its own',
    text(
      (value) => (value === '' || value.includes('\0') ? undefined : value),
      'the path of a folder, such as /var/lib/synckeep',
    ),
    './data',
  ),
  database: setting(
    'SYNCKEEP_DATABASE_URL',
    '--database <url>',
    'a PostgreSQL database; SQLite in the data folder when left out',
    postgresUrl.optional(),
  ),
  databaseListen: setting(
    'SYNCKEEP_DATABASE_LISTEN_URL',
    '--database-listen <url>',
    'the same database without a pooler between, to hear of news; the database URL when left out',
    postgresUrl.optional(),
  ),
  databaseSchema: setting(
    'SYNCKEEP_DATABASE_SCHEMA',
    '--database-schema <name>',
    'the schema of the tables in PostgreSQL',
    text(parseSchema, 'a name of small letters, digits and _, such as synckeep'),
    'synckeep',
  ),
  databasePool: setting(
    'SYNCKEEP_DATABASE_POOL',
    '--database-pool <number>',
    'how many connections to PostgreSQL this process opens at most',
    text(parsePool, `a number from 1 to ${mostConnections}`),
    '10',
  ),
  blobs: setting(
    'SYNCKEEP_BLOBS_URL',
    '--blobs <place>',
    'where encrypted files are kept: a folder or s3://bucket?…; the data folder when left out',
    blobPlace.optional(),
  ),
  blobsFallback: setting(
    'SYNCKEEP_BLOBS_FALLBACK_URL',
    '--blobs-fallback <place>',
    'a former place of encrypted files, read where one has not been copied yet',
    blobPlace.optional(),
  ),
  backup: setting(
    'SYNCKEEP_BACKUP_URL',
    '--backup <place>',
    'where backups are kept: a folder or s3://bucket/prefix?…; erasures are recorded there at once',
    blobPlace.optional(),
  ),
  notifier: setting(
    'SYNCKEEP_NOTIFIER_URL',
    '--notifier <url>',
    'a Redis for news and rate limits between processes; the database when left out',
    text(parseRedisUrl, 'a Redis URL, such as redis://user:password@cache.example.org:6379/0').optional(),
  ),
  auditRetention: setting(
    'SYNCKEEP_AUDIT_RETENTION',
    '--audit-retention <time>',
    'how long rows of the audit log are kept that are written from now on',
    text(parseRetention, 'a time from 1d to 3650d, such as 90d'),
    '365d',
  ),
  secret: setting(
    'SYNCKEEP_SECRET',
    null,
    'signing secrets separated by commas, the newest first; kept in the database or data folder when left out',
    text(
      parseSecrets,
      'at least 32 random characters, such as "openssl rand -hex 32" prints; several are separated by commas, the newest first',
    ).optional(),
  ),
} as const;
