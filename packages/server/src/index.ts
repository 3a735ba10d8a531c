export { type ComposeOptions, type Composition, compose } from './compose.js';
export { Refusal } from './refusal.js';
export { type RunningServer, type StartOptions, startServer } from './start-server.js';
