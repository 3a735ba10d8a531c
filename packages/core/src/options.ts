import type { RateLimit, RateLimitName } from '@synckeep/protocol';
import type {
  Authenticator,
  BlobStore,
  Clock,
  Entitlements,
  Log,
  Login,
  Notifier,
  Random,
  RateLimiter,
  Storage,
} from './ports/index.js';

export interface SyncServerOptions {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly authenticator: Authenticator;
  /** null: the host logs its users in itself, and `POST auth` answers 404 `login_disabled`. */
  readonly login: Login | null;
  /** Asked for apps that are linked to a paid item or tier. Without it such apps are closed to everybody. */
  readonly entitlements?: Entitlements;
  /** `'off'` switches every rate limit off and drops their headers. */
  readonly rateLimiter: RateLimiter | 'off';
  /** Other numbers than those of the contract. */
  readonly rateLimits?: Partial<Record<RateLimitName, RateLimit>>;
  /** The status of a lapsed membership; 403 by default. */
  readonly membershipStatus?: 402 | 403;
  /** Bytes that one user may store in one app, data and blobs together; null (the default): as much as there is room for. */
  readonly bytesLimit?: number | null;
  /** Bytes of one blob; null (the default): no limit. */
  readonly blobLimit?: number | null;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}
