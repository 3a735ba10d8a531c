/** The parts of the contract that need no schema library: for programs whose size counts. */
export * from './errors.js';
export * from './limits.js';
export * from './version.js';
