import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { type Accounts, createAccounts, createMemberships, createStripeWebhooks } from '@synckeep/accounts';
import {
  type AuditOrigin,
  type BlobStore,
  createAppAdministration,
  createAudit,
  createSyncServer,
  type DiskSpace,
  type Log,
  type Memberships,
  type Notifier,
  operator,
  type Storage,
  type SyncServer,
  systemClock,
  systemRandom,
  type UserDirectory,
} from '@synckeep/core';
import { createNodeCompressors } from '@synckeep/node-http';
import { prefixes } from '@synckeep/protocol';
import { createBackupState } from './backup/backup-state.js';
import { createErasureRecord } from './backup/record-erasure.js';
import { findBackupTrouble } from './backup/schedule.js';
import { createDiskSpace } from './disk-space.js';
import { createNewsLag } from './news-lag.js';
import { openMailer } from './open-mailer.js';
import { type OpenedParts, openParts, type Parts } from './open-parts.js';
import type { SmtpPlace } from './smtp-url.js';

export interface ComposeOptions extends Parts {
  readonly log: Log;
  /** Where clients reach the server, without the prefix: `https://sync.example.org`. Asked for each signed URL. */
  readonly baseUrl: () => string;
  /** What browsers and installations call the server, without the prefix, for links: asked for each one. */
  readonly pageUrl: () => string;
  readonly serviceName?: string | undefined;
  /** A mail server, with the sender of letters. Left out: links are handed over by whoever runs the commands. */
  readonly smtp?: SmtpPlace | undefined;
  readonly mailFrom?: string | undefined;
  readonly rateLimit: 'on' | 'off';
  readonly membershipStatus?: 402 | 403;
  /** Bytes; undefined: no limit. */
  readonly bytesLimit?: number | undefined;
  readonly blobLimit?: number | undefined;
  /** Seconds; a year when left out. */
  readonly auditRetention?: number | undefined;
  /** What is left to somebody whose membership lapsed; nothing when left out. */
  readonly lapsedAccess?: 'none' | 'read';
  /** What Stripe signs its webhooks with; without it they are not taken. */
  readonly stripeSecrets?: readonly string[] | undefined;
  /** Seconds. */
  readonly stripeGrace?: number | undefined;
}

/** The parts of a server, opened and brought to this release's schema. */
export interface Composition
  extends Pick<OpenedParts, 'check' | 'explain' | 'pool' | 'takeDatabase' | 'verifyDatabase'> {
  readonly server: SyncServer;
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly users: Accounts['users'];
  readonly memberships: Memberships;
  /** Erases an app with its sessions. Goes on where it stopped when it is called again. @returns false when there was no such app. */
  eraseApp(appId: string): Promise<boolean>;
  /** Erases a user and everything the user stored. Goes on where it stopped when it is called again. */
  eraseUser(userId: string, origin?: AuditOrigin): Promise<void>;
  /** A new link that makes the first administrator; null when there is one. */
  createSetupLink(): Promise<string | null>;
  /** The disk that fills up first, of those that something is kept on; null when nothing is on a disk of this machine. */
  disk(): Promise<DiskSpace | null>;
  /** The signing secrets, for a backup; null when they were given from outside. */
  secretText(): string | null;
  /** @returns the id of the new secret. @throws Refusal when the secrets were given from outside. */
  rotateSecret(options: { readonly dropOld: boolean }): Promise<string>;
  /** Ends streams and timers, sends the news that is still here, and closes every part. */
  close(): Promise<void>;
}

/** Opens everything. Several processes may do so at once. @throws Refusal with a sentence when a part cannot be used. */
export const compose = async (options: ComposeOptions): Promise<Composition> => {
  const { log, baseUrl, pageUrl, rateLimit, membershipStatus = 403, bytesLimit = null, blobLimit = null } = options;
  const { observers = [] } = options;
  const newsLag = createNewsLag();
  const parted = { ...options, observers, newsObservers: [...observers, newsLag.observer] };
  const opened = await openParts(parted, log, () => baseUrl() + prefixes[0]);
  const { storage, blobStore, notifier, secrets } = opened;
  const { records } = storage;
  const rateLimiter = rateLimit === 'off' ? 'off' : opened.rateLimiter;
  const environment = { clock: systemClock, random: systemRandom };
  const audit = createAudit({ ...environment, retention: options.auditRetention });
  const parts = { records, notifier, ...environment, audit };
  const mailer = openMailer(options);
  const accounts = createAccounts({
    ...parts,
    apps: createAppAdministration(parts),
    secrets: secrets.secrets,
    rateLimiter,
    log,
    publicUrl: pageUrl,
    ...(options.serviceName === undefined ? {} : { serviceName: options.serviceName }),
    ...(mailer === null ? {} : { mailer }),
  });
  const { lapsedAccess, stripeSecrets: secretsOfStripe, stripeGrace: graceSeconds } = options;
  const memberships = createMemberships({
    ...parts,
    ...{ log, lapsedAccess, users: 'built-in' },
    providers: secretsOfStripe ? [createStripeWebhooks({ secrets: secretsOfStripe, graceSeconds })] : [],
  });
  const recordErasure = createErasureRecord({ place: options.backup, records, log });
  const disk = createDiskSpace(opened.folders);
  const server = createSyncServer({
    storage,
    blobStore,
    notifier,
    authenticator: accounts.authenticator,
    login: accounts.login,
    rateLimiter,
    membershipStatus,
    bytesLimit,
    blobLimit,
    memberships,
    administrators: accounts.administrators,
    administratorLogin: accounts.administrators,
    users: recordingErasures(accounts.directory, recordErasure),
    audit,
    observer: observers,
    health: {
      node: hostname(),
      kinds: opened.kinds,
      disk,
      newsLag: newsLag.last,
      backups: async () => findBackupTrouble(await createBackupState(records, systemClock).read()),
      explain: opened.explain,
    },
    log,
    hasher: { create: createHash },
    compressors: createNodeCompressors(),
    baseUrl: () => pageUrl() + prefixes[0],
  });
  return {
    server,
    storage,
    blobStore,
    notifier,
    log,
    accounts,
    users: accounts.users,
    memberships,
    eraseApp: (appId) => server.eraseApp(appId),
    eraseUser: server.eraseUser,
    async createSetupLink() {
      // First, because it may be that nobody said how browsers reach this server.
      const url = pageUrl();
      const token = await accounts.administrators.createSetupToken();
      // After the mark, so that the token is in no log of any proxy.
      return token === null ? null : `${url}/admin/setup#token=${token}`;
    },
    secretText: secrets.text,
    takeDatabase: opened.takeDatabase,
    verifyDatabase: opened.verifyDatabase,
    async rotateSecret({ dropOld }) {
      const id = await secrets.rotate({ dropOld, reseal: accounts.secondFactor.reseal });
      const subject = { kind: 'secret', id };
      const details = { drop_old: dropOld };
      const entry = audit.entry({ ...operator, action: 'secret.rotate', appId: null, subject, details });
      await records.transact([entry], systemClock.now());
      return id;
    },
    async check() {
      await opened.check();
      await mailer?.check();
    },
    explain: opened.explain,
    pool: opened.pool,
    disk,
    async close() {
      try {
        await server.close();
        await accounts.close();
      } finally {
        await opened.close();
      }
    },
  };
};

/** The users, whose erasings and those of apps are written down beside the backups, whoever erases them. */
const recordingErasures = (directory: UserDirectory, record: () => Promise<void>): UserDirectory => ({
  ...directory,
  async remove(userId) {
    await directory.remove(userId);
    await record();
  },
  async removeApp(appId) {
    await directory.removeApp(appId);
    await record();
  },
});
