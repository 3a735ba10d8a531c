export { migrationNames } from './migrations/index.js';
export { createSqliteNotifier, type SqliteNotifierOptions } from './notifier.js';
export { createSqliteStorage, type SqliteStorageOptions } from './storage.js';
