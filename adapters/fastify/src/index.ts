export { createFrameworkErrors } from './framework-errors.js';
export { type SynckeepOptions, synckeep } from './synckeep.js';
