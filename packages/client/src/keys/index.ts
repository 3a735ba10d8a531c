export { createKeys, type Keys, type KeysOptions, type RotationStart, type UnlockOptions } from './create-keys.js';
export { createIndexedDbKeyMemory } from './indexed-db-key-memory.js';
export type { KeysState, OpenKeys } from './key-holder.js';
export type { KeyMemory } from './key-memory.js';
export { KeysError, type KeysErrorCode } from './keys-error.js';
export type { RotationProgress, RotationResult, RotationRun } from './rotation.js';
