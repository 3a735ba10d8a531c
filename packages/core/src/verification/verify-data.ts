import type { Digest } from '../blobs/verified-chunks.js';
import { silentLog, systemClock } from '../environment.js';
import { type MovableKind, movableKinds } from '../moving/movable-kind.js';
import type { BlobStore, Clock, Log, NamedRecord, Scope, Storage } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { createScopeVerification, type VerifiedCounts } from './verify-scope.js';

const scopesPerPage = 100;
const recordsPerPage = 100;

export interface VerifyOptions {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  /** Reads every object and proves it by its SHA-256; otherwise only its size is looked at. */
  readonly readsBlobs: boolean;
  /** A new SHA-256: that of the runtime is worth giving. */
  readonly sha256: () => Digest;
  /** The kinds of records that the host adds to those of the core. */
  readonly kinds?: readonly MovableKind[];
  /** One sentence for each thing that is not as it must be. */
  readonly onProblem: (sentence: string) => void;
  readonly onProgress?: (counts: Readonly<VerifiedCounts>) => void;
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * Looks whether a storage and its blob store hold what they must, while the server goes on: logs without gaps, doubles or
 * rows behind their end, batch ids once and of devices that are there, counters, owners, blobs. Holds a page of it at a
 * time. What is written meanwhile is left out.
 */
export const verifyData = async (options: VerifyOptions): Promise<Readonly<VerifiedCounts>> => {
  const { storage, kinds = [], onProblem, onProgress = () => {}, clock = systemClock } = options;
  const { log = silentLog } = options;
  const counts: VerifiedCounts = { scopes: 0, changes: 0, batches: 0, blobs: 0, records: 0 };
  const apps = createCollection(storage.records, clock, appKind);
  const verification = createScopeVerification({ ...options, log, counts, onProgress: () => onProgress(counts) });

  const owned = new Map<string, boolean>();
  const verifyOwner = async ({ appId, userId }: Scope): Promise<void> => {
    const isThere = owned.get(appId) ?? (await apps.get(appId)) !== null;
    owned.set(appId, isThere);
    if (!isThere) onProblem(`The log of user ${userId} belongs to the app ${appId}, which is not there.`);
  };

  for (let after: Scope | null = null; ; ) {
    const scopes: readonly Scope[] = await storage.scopes({ appId: null, userId: null }, after, scopesPerPage);
    for (const scope of scopes) if (await verification.verifyScope(scope)) await verifyOwner(scope);
    after = scopes.at(-1) ?? null;
    if (after === null) break;
  }

  const declared = movableKinds(kinds);
  for (let after: NamedRecord | null = null; ; ) {
    const found: readonly NamedRecord[] = await storage.records.all(after, recordsPerPage);
    for (const { kind, key, value, expiresAt } of found) {
      counts.records += 1;
      onProgress(counts);
      const movable = declared.get(kind);
      if (!movable) continue;
      if (movable.toPut(key, value, expiresAt) === undefined) {
        onProblem(`The record ${key} of the kind "${kind}" is not what its kind says.`);
        continue;
      }
      for (const object of movable.objectsOf(value)) await verification.verifyObject(object);
    }
    after = found.at(-1) ?? null;
    if (after === null) break;
  }
  return counts;
};
