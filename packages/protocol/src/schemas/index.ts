export * from './blobs.js';
export * from './devices.js';
export * from './error.js';
export * from './keys.js';
export * from './login.js';
export * from './subscribe.js';
export * from './sync.js';
export * from './text.js';
