export { type LoopbackOptions, logInByLoopback } from './auth/loopback.js';
export * from './index.js';
export { openSqliteLocalStore } from './store/open-sqlite-store.js';
export { createSqliteLocalStore, type SqliteLocalStoreOptions } from './store/sqlite-store.js';
