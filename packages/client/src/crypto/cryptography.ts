import { argon2id, type DeriveKey } from './argon2.js';
import { createEntryCipher, type EntryCipherOptions } from './create-entry-cipher.js';
import type { VaultCipher } from './entry-cipher.js';
import type { VaultSecret } from './vault.js';

/** The work that takes long enough to be felt, behind one interface for this thread and for a worker. */
export interface Cryptography {
  readonly deriveKey: DeriveKey;
  createEntryCipher(secrets: readonly [VaultSecret, ...VaultSecret[]], options?: EntryCipherOptions): VaultCipher;
  /** Ends the worker, if there is one. */
  close(): void;
}

/** Everything on this thread. */
export const createCryptography = (): Cryptography => ({
  deriveKey: argon2id,
  createEntryCipher: (secrets, options) => createEntryCipher(secrets, options),
  close() {},
});
