import type { App } from '../records/app.js';
import type { Scope } from './scope.js';

export interface Entitlement {
  /** `full`: push and pull; `read`: pull only; `none`: neither. */
  readonly access: 'full' | 'read' | 'none';
  /** Bytes of one blob; null: no limit but the server's own. */
  readonly blobLimit: number | null;
  /** Bytes of data and blobs together; null: no limit. */
  readonly bytesLimit: number | null;
}

/** What a user has paid for, over the host's own billing. The core caches a grant for 60 s at most and a refusal never. */
export interface Entitlements {
  check(scope: Scope, app: App): Promise<Entitlement>;
}
