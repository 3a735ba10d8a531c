export type { ApiAnswer, ApiCallInput, ApiCalls } from './api/call.js';
export { ApiError, type ApiErrorCode, type ApiErrorOptions, isApiError } from './api/error.js';
export { createHttpCalls, type HttpCalls, type HttpCallsOptions } from './api/http-calls.js';
export { createOAuth, type OAuth, type OAuthOptions, type PendingLogin, type TokenAnswer } from './auth/oauth.js';
export { beginRedirect, finishRedirect, type RedirectOptions } from './auth/redirect.js';
export type { Account, ClientSession } from './auth/session.js';
export * from './blobs/index.js';
export { ClientError, type ClientErrorCode } from './client/client-error.js';
export { type Client, type ClientOptions, type ClientParts, createClient } from './client/create-client.js';
export type { ClientSync, Quarantine, SyncEvents } from './client/sync.js';
export type { Query, Table } from './client/table.js';
export type { RowWithId, TableOptions, Tables } from './client/table-options.js';
export * from './crypto/index.js';
export * from './keys/index.js';
export type { Moment } from './merge/hybrid-clock.js';
export { lastWriteWins, type Merge, type MergeInput, mergeFields, type Side } from './merge/merge.js';
export type { RowState } from './merge/row-text.js';
export type { Version } from './merge/version.js';
export { startCryptography } from './start-cryptography.js';
export { type IndexedDbLocalStoreOptions, openIndexedDbLocalStore } from './store/indexed-db-store.js';
export type {
  Commit,
  LocalStore,
  QuarantinedChange,
  RowKey,
  StoredDocument,
  StoredRow,
} from './store/local-store.js';
export { createMemoryLocalState, createMemoryLocalStore, type MemoryLocalState } from './store/memory-store.js';
export type { SealingKeys } from './sync/context.js';
export { type EntryKeys, type Network, type Session, steadyNetwork } from './sync/ports.js';
export type { DeviceLabel } from './sync/register.js';
export type { SyncPhase, SyncStatus } from './sync/status.js';
export { systemTimers, type Timers } from './sync/timers.js';
export { webNetwork } from './sync/web-network.js';
export { soleTab, type TabMessage, type Tabs } from './tabs/tabs.js';
export { createWebTabs, type WebTabsOptions } from './tabs/web-tabs.js';
