export { createFrameworkErrors } from './framework-errors.js';
export { type SynckeepOptions, synckeep } from './synckeep.js';
export { type SynckeepPagesOptions, synckeepPages } from './synckeep-pages.js';
