import { join } from 'node:path';
import {
  type BlobStore,
  createFallbackBlobStore,
  type Log,
  type Notifier,
  type Observer,
  observeStorage,
  type RateLimiter,
  type Secret,
  type Storage,
} from '@synckeep/core';
import type { PoolState } from '@synckeep/metrics';
import { createRateLimiter } from '@synckeep/rate-limiter';
import type { TakeDatabase } from './backup/taken-database.js';
import type { BlobPlace } from './blob-place.js';
import { type Closeable, createClosing } from './closing.js';
import { openGivenSecrets } from './given-secrets.js';
import { openBlobs } from './open-blobs.js';
import { openPostgres } from './open-postgres.js';
import { openRedis } from './open-redis.js';
import { openSqlite } from './open-sqlite.js';
import type { OpenedDatabase } from './opened.js';
import { partSettings } from './part-settings.js';
import { prepareFolder } from './prepare-folder.js';
import type { OpenedSecrets } from './secret.js';
import { toSource } from './setting.js';

/** Where everything is kept. URLs may hold passwords, which no message repeats. */
export interface Parts {
  /** Of what has no place of its own. Made when it is missing, and only if something is kept in it. */
  readonly dataDir: string;
  /** URL of a PostgreSQL database. Left out: SQLite in the data folder, with the signing secrets in a file. */
  readonly database?: string | undefined;
  /** URL of the same database without a pooler between; `database` when left out. */
  readonly databaseListen?: string | undefined;
  /** `synckeep` when left out. */
  readonly databaseSchema?: string | undefined;
  /** The most connections of this process; 10 when left out. */
  readonly databasePool?: number | undefined;
  /** Left out: the folder `blobs` of the data folder. */
  readonly blobs?: BlobPlace | undefined;
  /** Where blobs are read that the place above does not have (yet). */
  readonly blobsFallback?: BlobPlace | undefined;
  /** URL of a Redis for news and rate limits. Left out: news through the database, and rates counted by each process. */
  readonly notifier?: string | undefined;
  /** Where backups are kept, to record erasures beside them. */
  readonly backup?: BlobPlace | undefined;
  /** Of the process that restores into the database: it may be there in part. */
  readonly isRestoring?: boolean;
  /** Signing secrets, the newest first. Left out: they are kept with the database. */
  readonly secret?: readonly Secret[] | undefined;
  /** Who measures the storage. */
  readonly observers?: readonly Observer[] | undefined;
  /** Who measures news. */
  readonly newsObservers?: readonly Observer[] | undefined;
}

/** The parts of a server, opened and brought to this release's schema. `close` closes the last one first. */
export interface OpenedParts extends Closeable {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly rateLimiter: RateLimiter;
  readonly secrets: OpenedSecrets;
  /** What the parts are, for people. */
  readonly kinds: { readonly storage: string; readonly blobs: string; readonly notifier: string };
  /** Where something is kept on disks of this machine. */
  readonly folders: readonly string[];
  /** Connections to the database; null for a file. */
  readonly pool: PoolState | null;
  readonly takeDatabase: TakeDatabase;
  /** What the database itself finds wrong with its file, in sentences. */
  verifyDatabase(): Promise<readonly string[]>;
  /** Reaches every backend in the ways that serving needs. @throws Refusal with a sentence */
  check(): Promise<void>;
  /** A sentence for an error of a backend that an operator can help. */
  explain(error: unknown): string | undefined;
}

/** Brings it to the schema of this release, too. @throws Refusal */
export const openDatabase = async (parts: Parts, log: Log): Promise<OpenedDatabase> => {
  const {
    dataDir,
    database,
    databaseListen,
    databaseSchema = 'synckeep',
    databasePool = 10,
    isRestoring = false,
  } = parts;
  if (database === undefined) return openSqlite(prepareFolder(dataDir, toSource(partSettings.dataDir)), log);
  const place = {
    url: database,
    listenUrl: databaseListen,
    schema: databaseSchema,
    connections: databasePool,
    isRestoring,
  };
  return openPostgres(place, log);
};

/** Opens everything. Several processes may do so at once. @param baseUrl as `BlobOptions` has it. @throws Refusal */
export const openParts = async (parts: Parts, log: Log, baseUrl: () => string): Promise<OpenedParts> => {
  const closing = createClosing();
  const { observers = [], newsObservers = [] } = parts;
  try {
    const database = closing.add(await openDatabase(parts, log));
    const secrets = closing.add(parts.secret ? openGivenSecrets(parts.secret) : await database.openSecrets());
    const shared = { secrets: secrets.secrets, baseUrl, log };
    const inDataDir: BlobPlace = { kind: 'folder', path: join(parts.dataDir, 'blobs') };
    const source = toSource(parts.blobs ? partSettings.blobs : partSettings.dataDir);
    const blobs = closing.add(await openBlobs({ ...shared, place: parts.blobs ?? inDataDir, source }));
    const former =
      parts.blobsFallback &&
      closing.add(
        await openBlobs({
          ...shared,
          place: parts.blobsFallback,
          source: toSource(partSettings.blobsFallback),
          isFormer: true,
        }),
      );
    const news = closing.add(
      parts.notifier === undefined
        ? database.openNotifier(newsObservers)
        : await openRedis(parts.notifier, log, newsObservers),
    );
    return {
      storage: observeStorage(database.storage, observers, log),
      kinds: { storage: database.kind, blobs: blobs.kind, notifier: news.kind },
      folders: [
        ...(parts.database === undefined ? [parts.dataDir] : []),
        ...(blobs.folder === null ? [] : [blobs.folder]),
      ],
      pool: database.pool,
      blobStore: former
        ? createFallbackBlobStore({ primary: blobs.blobStore, fallback: former.blobStore })
        : blobs.blobStore,
      notifier: news.notifier,
      rateLimiter: news.rateLimiter ?? createRateLimiter(),
      secrets,
      takeDatabase: database.take,
      verifyDatabase: database.verify,
      async check() {
        for (const part of [database, news, blobs, ...(former ? [former] : [])]) await part.check();
      },
      explain: (error) => blobs.explain(error) ?? former?.explain(error) ?? database.explain(error),
      close: closing.close,
    };
  } catch (error) {
    await closing.close().catch((failure) => log.error({ err: failure }, 'Not everything could be closed.'));
    throw error;
  }
};
