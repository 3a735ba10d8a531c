export type { BlobPlace } from './blob-place.js';
export { type ComposeOptions, type Composition, compose } from './compose.js';
export type { Parts } from './open-parts.js';
export { Refusal } from './refusal.js';
export { type RunningServer, type StartOptions, startServer } from './start-server.js';
