export { migrationNames } from './migrations/index.js';
export { createPostgresNotifier, type PostgresNotifierOptions } from './notifier.js';
export { openPostgresSnapshot, type PostgresSnapshot } from './snapshot.js';
export { createPostgresStorage, type PostgresStorageOptions } from './storage.js';
