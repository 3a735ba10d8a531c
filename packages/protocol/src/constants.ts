/** The parts of the contract that need no schema library: for programs whose size counts. */
export * from './admin-scopes.js';
export * from './errors.js';
export * from './limits.js';
export * from './version.js';
