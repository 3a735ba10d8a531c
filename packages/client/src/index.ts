export type { ApiAnswer, ApiCallInput, ApiCalls } from './api/call.js';
export { ApiError, type ApiErrorCode, type ApiErrorOptions, isApiError } from './api/error.js';
export * from './crypto/index.js';
export * from './keys/index.js';
export { startCryptography } from './start-cryptography.js';
