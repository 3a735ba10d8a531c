export { createMemoryBlobStore, type MemoryBlobStoreOptions } from './blob-store.js';
export { createMemoryNotifier, type MemoryNotifierOptions } from './notifier.js';
export { createMemoryRateLimiter } from './rate-limiter.js';
export { createMemoryState, type MemoryState } from './state.js';
export { createMemoryStorage, type MemoryStorageOptions } from './storage.js';
