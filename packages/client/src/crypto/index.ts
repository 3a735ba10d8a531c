export { type Argon2Parameters, argon2id, type DeriveKey, standardParameters } from './argon2.js';
export { createBlobDecryption, createBlobEncryption, encryptedBlobLength } from './blob-stream.js';
export { createEntryCipher, type EntryCipherOptions } from './create-entry-cipher.js';
export { CryptoError, type CryptoErrorCode } from './crypto-error.js';
export { type Cryptography, createCryptography } from './cryptography.js';
export type {
  ChangeOp,
  EntryCipher,
  OpenedChange,
  OpenFailure,
  PlainChange,
  ReceivedChange,
  ResealedChange,
  SealedChange,
  VaultCipher,
} from './entry-cipher.js';
export {
  type Credential,
  type Credentials,
  describeEnvelope,
  type EnvelopeOptions,
  openEnvelope,
  replacePassphrase,
  replaceRecoveryCode,
  sealEnvelope,
} from './envelope.js';
export { type RandomBytes, secureRandom } from './random.js';
export { createRecoveryCode } from './recovery-code.js';
export { hideRowId } from './row-id.js';
export { createVaultSecret, rotateVaultSecret, type VaultSecret } from './vault.js';
export { createWorkerCryptography, type WorkerPort } from './worker-cryptography.js';
