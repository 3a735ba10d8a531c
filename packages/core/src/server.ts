import type { AdminTokens } from './administration/admin-tokens.js';
import type { AuditOrigin } from './administration/audit.js';
import type { BlobCollectionReport } from './administration/blob-collection.js';
import type { CompactionOutlook, CompactionReport } from './administration/compaction.js';
import type { Readiness } from './observation/check-parts.js';
import type { Answer, Call, ScopeFilter } from './ports/index.js';
import type { App, CompactionSettings } from './records/app.js';
import type { PublishingTokens } from './releases/publishers.js';
import type { UpdateKeys } from './releases/update-keys.js';

export interface NewApp {
  readonly name: string;
}

/** What can be changed of an app. */
export type AppPatch = Partial<
  Pick<
    App,
    | 'name'
    | 'paused'
    | 'origins'
    | 'redirects'
    | 'link'
    | 'blobLimit'
    | 'bytesLimit'
    | 'dialect'
    | 'requireBase'
    | 'compaction'
    | 'collectBlobs'
    | 'registration'
  >
>;

/** Administration of apps (P-90). Every call is durable when it resolves and known to every process within 2 s. */
export interface AppAdministration {
  /** The API key is answered here and never again. */
  create(app: NewApp): Promise<{ readonly app: App; readonly apiKey: string }>;
  list(options?: { readonly after?: string | null; readonly limit?: number }): Promise<readonly App[]>;
  get(appId: string): Promise<App | null>;
  /** The app that an API key belongs to, while the key is valid. */
  findByKey(apiKey: string): Promise<{ readonly app: App; readonly keyGeneration: number } | null>;
  /**
   * @returns null when there is no such app.
   * @throws SyncError `invalid_request` when the settings would not fit together: compaction needs `requireBase`, and
   * `collectBlobs` needs compaction
   */
  update(appId: string, patch: AppPatch): Promise<App | null>;
  /** A new API key. The old one, and every token issued under it, works for `overlapSeconds` more (default 0). */
  rotateKey(
    appId: string,
    options?: { readonly overlapSeconds?: number },
  ): Promise<{ readonly app: App; readonly apiKey: string } | null>;
  /** The same, for somebody else whom the audit log then names. */
  by(origin: AuditOrigin): AppAdministration;
}

/** The whole server, without a socket: hand it calls, answer what it answers. */
export interface SyncServer {
  /** Never rejects: faults are answers too. */
  dispatch(call: Call): Promise<Answer>;
  readonly apps: AppAdministration;
  readonly publishingTokens: PublishingTokens;
  readonly updateKeys: UpdateKeys;
  readonly adminTokens: AdminTokens;
  /**
   * Leaves no row and no blob that mentions the user in any app; refuses the user's tokens from its first step on.
   * Takes a user id of this server or of the host (see `toUuid`). `origin`: whom the audit log names; the operator by default.
   */
  eraseUser(userId: string, origin?: AuditOrigin): Promise<void>;
  /** The same for an app and all of its users' logs. @returns false when there is no such app. */
  eraseApp(appId: string, origin?: AuditOrigin): Promise<boolean>;
  /** Gives every log of the filter a new epoch: the step after any restore. @returns how many logs. */
  renewEpochs(filter: ScopeFilter): Promise<number>;
  /** One round of sweeping and compacting; `createSyncServer` also does it every hour by itself. */
  maintain(): Promise<void>;
  /** Whether this server can answer now: for whoever sends it requests. What it says is at most a second old. */
  readiness(): Promise<Readiness>;
  /**
   * Compacts the logs of the filter now, as far as their apps want it, with pauses that keep no process alive. Ends early
   * when the server is closed.
   */
  compact(filter: ScopeFilter): Promise<CompactionReport>;
  /** What `compact` would do, without doing it. `settings`: what it would do if every app of the filter had these. */
  planCompaction(filter: ScopeFilter, settings?: CompactionSettings): Promise<CompactionOutlook>;
  /** Removes blobs that no change names any more, as far as the apps of the filter want it (P-89). */
  collectBlobs(filter: ScopeFilter): Promise<BlobCollectionReport>;
  /** What `collectBlobs` would do, without doing it. */
  planBlobCollection(filter: ScopeFilter): Promise<BlobCollectionReport>;
  /** Ends every stream and refuses new ones, for a clean shutdown; other calls go on. */
  endStreams(): void;
  /** Ends streams and timers. Storage and blob store stay open: they are the host's. */
  close(): Promise<void>;
}
