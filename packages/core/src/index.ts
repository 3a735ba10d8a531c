export { createErasureGuards, type ErasureGuard } from './access/erasure-guard.js';
export { shellOrigins } from './access/origins.js';
export { createPseudonyms, type Pseudonyms } from './access/pseudonym.js';
export { toRateDecision } from './access/rate-decision.js';
export { toAddressKey } from './access/rate-limit.js';
export type { AdminToken, AdminTokens, NewAdminToken } from './administration/admin-tokens.js';
export { createAppAdministration } from './administration/apps.js';
export {
  type Audit,
  type AuditActor,
  type AuditEntry,
  type AuditOptions,
  type AuditOrigin,
  createAudit,
  operator,
} from './administration/audit.js';
export { forgetInAudit } from './administration/audit-erasure.js';
export type { AuditRecord } from './administration/audit-kind.js';
export { type AuditFilter, type AuditPage, listAudit } from './administration/audit-list.js';
export type { BlobCollectionReport } from './administration/blob-collection.js';
export type { CompactionOutlook, CompactionReport } from './administration/compaction.js';
export { toAcceptance } from './blobs/acceptance.js';
export type { ByteRange } from './blobs/byte-range.js';
export {
  type CopyBlobsOptions,
  type CopyCounts,
  type CopyFailure,
  type CopyReport,
  copyBlobs,
} from './blobs/copy-blobs.js';
export { blobHeaders, type ReadableObject, toDownloadAnswer } from './blobs/download-answer.js';
export { createFallbackBlobStore, type FallbackBlobStoreOptions } from './blobs/fallback-blob-store.js';
export { type BlobHold, holdBlobs, holdLifetime } from './blobs/holds.js';
export { isObjectKey } from './blobs/object-key.js';
export { createUrlSigner, type UploadGrant, type UrlSigner, type UrlSignerOptions } from './blobs/signed-url.js';
export { type Digest, verifiedChunks } from './blobs/verified-chunks.js';
export type { Broadcast, BroadcastConnection, BroadcastReceiver } from './broadcast/broadcast.js';
export { type BroadcastNotifierOptions, createBroadcastNotifier } from './broadcast/broadcast-notifier.js';
export { withDeadline } from './broadcast/with-deadline.js';
export { createSyncServer } from './create-sync-server.js';
export { digest, keyedDigest, randomHex, randomUuid, toUuid } from './digest.js';
export { silentLog, systemClock, systemRandom } from './environment.js';
export { createListeners, type Listeners } from './events/listeners.js';
export { createMount, type Mount, nowhere, standardMount, type Target } from './mount.js';
export type { MovingCounts } from './moving/counts.js';
export { type ExportOptions, exportData } from './moving/export-data.js';
export type { ExportCounts } from './moving/export-scope.js';
export { type ImportOptions, type ImportReport, importData } from './moving/import-data.js';
export { abandonImports } from './moving/imports.js';
export { type MovableKind, type Moves, movableKinds, toMovableKind } from './moving/movable-kind.js';
export { MovingError } from './moving/moving-error.js';
export type { Readiness } from './observation/check-parts.js';
export { observeStorage } from './observation/observe-storage.js';
export { OptionsError, type SyncServerOptions } from './options.js';
export * from './ports/index.js';
export {
  type App,
  appKind,
  appSchema,
  type CompactionSettings,
  defaultBlobGrace,
  defaultCompaction,
  isKeyAlive,
} from './records/app.js';
export { type Collection, createCollection, defineKind, type Found, type Kind } from './records/collection.js';
export { endOfPrefix } from './records/end-of-prefix.js';
export { isLoopback, isRegistrable } from './records/redirects.js';
export { MinisignError } from './releases/minisign.js';
export type { PublishingToken, PublishingTokens } from './releases/publishers.js';
export type { UpdateKeys } from './releases/update-keys.js';
export { deriveKey, type KeyPurpose, type Secret, type Secrets } from './secrets.js';
export type { AppAdministration, AppPatch, NewApp, SyncServer } from './server.js';
export { type VerifyOptions, verifyData } from './verification/verify-data.js';
export type { VerifiedCounts } from './verification/verify-scope.js';
