import type { AnswerOf, OperationName, Operations, ParamsOf, QueryOf, RequestOf } from '@synckeep/protocol';
import type { Admin } from '../access/admins.js';
import type { Caller } from '../access/caller.js';
import type { Entitled } from '../access/entitled.js';
import type { ErasureGuard } from '../access/erasure-guard.js';
import type { RateLimitsInForce } from '../access/rate-limit.js';
import type { Tickets } from '../access/ticket.js';
import type { AdminTokens } from '../administration/admin-tokens.js';
import type { Audit } from '../administration/audit.js';
import type { Maintenance } from '../administration/maintenance.js';
import type { ScopeAdministration } from '../administration/scopes.js';
import type { ChangeFeed } from '../events/change-feed.js';
import type { CheckedParts } from '../observation/check-parts.js';
import type { Overview } from '../observation/overview.js';
import type {
  AdministratorLogin,
  Administrators,
  BlobStore,
  Clock,
  Compressor,
  Hasher,
  HealthParts,
  Log,
  Login,
  Memberships,
  Notifier,
  Observer,
  Random,
  Storage,
  StreamBody,
  UserDirectory,
} from '../ports/index.js';
import type { Catalog } from '../releases/catalog.js';
import type { DownloadCounts } from '../releases/download-counts.js';
import type { Publisher } from '../releases/publishers.js';
import type { Releases } from '../releases/releases.js';
import type { Slugs } from '../releases/slugs.js';
import type { UpdateKeys } from '../releases/update-keys.js';
import type { AppAdministration } from '../server.js';
import type { Usage } from '../usage/usage.js';

/** Everything that a handler may use beside its call. Nothing else reaches time, chance or the world. */
export interface Deps {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly login: Login | null;
  readonly memberships: Memberships | null;
  readonly administrators: Administrators | null;
  readonly administratorLogin: AdministratorLogin | null;
  readonly adminTokens: AdminTokens;
  /** null: the host keeps the users. */
  readonly users: UserDirectory | null;
  readonly apps: AppAdministration;
  readonly scopes: ScopeAdministration;
  /** For whatever is written about a user. */
  readonly erasureGuard: (userId: string) => Promise<ErasureGuard>;
  readonly audit: Audit;
  readonly entitled: Entitled;
  readonly tickets: Tickets;
  readonly feed: ChangeFeed;
  readonly rateLimits: RateLimitsInForce;
  readonly slugs: Slugs;
  readonly releases: Releases;
  readonly updateKeys: UpdateKeys;
  readonly catalog: Catalog;
  readonly downloadCounts: DownloadCounts;
  /** Where clients reach the operations, with the prefix; null where the host did not say. */
  readonly baseUrl: (() => string) | null;
  readonly hasher: Hasher;
  readonly usage: Usage;
  readonly overview: () => Promise<Overview>;
  readonly checkParts: () => Promise<CheckedParts>;
  readonly maintenance: Pick<Maintenance, 'last'>;
  /** What the host says of this process and its parts. */
  readonly health: HealthParts;
  /** What this process is called among several. */
  readonly node: string;
  /** When this server was made; milliseconds since 1970. */
  readonly startedAt: number;
  /** null: nobody measures. */
  readonly observer: Observer | null;
  readonly compressors: readonly Compressor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

type CallerOf<A> = A extends 'public' | 'signed'
  ? null
  : A extends 'admin'
    ? Admin
    : A extends 'publisher'
      ? Publisher
      : Caller;

export interface HandlerCall<N extends OperationName> {
  /** Who calls; null for a public operation. */
  readonly caller: CallerOf<Operations[N]['access']>;
  /** The token of the caller; "" without one. */
  readonly token: string;
  readonly body: RequestOf<N>;
  /** The body as it came; empty without one. */
  readonly bytes: Uint8Array;
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  header(name: string): string | undefined;
  /** Whether the caller may still do this: for an answer that takes its time. @throws SyncError as at the beginning */
  recheck(): Promise<void>;
  /** Of the client. */
  readonly address: string;
  /** Aborted when the client is gone. */
  signal(): AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Reply<N extends OperationName> {
  readonly status: keyof Operations[N]['answers'] & number;
  readonly body:
    | AnswerOf<N>
    | (Operations[N] extends { answers: { 200: 'stream' | 'application/x-ndjson' } } | { lines: object }
        ? StreamBody
        : never);
  readonly headers?: Readonly<Record<string, string>>;
  /** `Set-Cookie` headers. */
  readonly cookies?: readonly string[];
}

/** One operation of the table: a function of its call and of what it was given. */
export type Handler<N extends OperationName> = (call: HandlerCall<N>, deps: Deps) => Promise<Reply<N>>;
