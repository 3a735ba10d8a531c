export { deriveKey, type KeyPurpose, type Secret, type Secrets } from './secrets.js';
export { digest, keyedDigest, randomHex, randomUuid, toUuid } from './digest.js';
export type { SyncServerOptions } from './options.js';
export * from './ports/index.js';
export { type App, appKind, appSchema, isKeyAlive } from './records/app.js';
export { type Collection, createCollection, defineKind, type Found, type Kind } from './records/collection.js';
