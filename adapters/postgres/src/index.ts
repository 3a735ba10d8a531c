import type {} from '@synckeep/protocol';

export { createPostgresNotifier, type PostgresNotifierOptions } from './notifier.js';
