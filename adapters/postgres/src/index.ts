export { createPostgresNotifier, type PostgresNotifierOptions } from './notifier.js';
export { createPostgresStorage, type PostgresStorageOptions } from './storage.js';
