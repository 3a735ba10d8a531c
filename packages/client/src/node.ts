export { type LoopbackOptions, logInByLoopback } from './auth/loopback.js';
export { openFileSource } from './blobs/node/file-source.js';
export { createFolderBlobCache } from './blobs/node/folder-blob-cache.js';
export { type SpooledStream, spoolStream } from './blobs/node/spool-stream.js';
export * from './index.js';
export { openSqliteLocalStore } from './store/open-sqlite-store.js';
export { createSqliteLocalStore, type SqliteLocalStoreOptions } from './store/sqlite-store.js';
