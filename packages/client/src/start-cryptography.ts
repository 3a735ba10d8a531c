import { type Cryptography, createCryptography } from './crypto/cryptography.js';
import { createWorkerCryptography } from './crypto/worker-cryptography.js';

/**
 * The cryptography off the main thread where there is a `Worker` to put it, which is in browsers; else on this thread.
 * Bundlers that know `new Worker(new URL(…), { type: 'module' })` (Vite, webpack, Rollup, Parcel) find the worker by
 * themselves.
 */
export const startCryptography = (): Cryptography =>
  typeof Worker === 'undefined'
    ? createCryptography()
    : createWorkerCryptography(new Worker(new URL('./crypto-worker.js', import.meta.url), { type: 'module' }));
