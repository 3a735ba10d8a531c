import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { isEqual, toUtf8 } from './bytes.js';
import type { RandomBytes } from './random.js';

/** What an envelope protects: whoever has it reads everything. */
export interface VaultSecret {
  /** 16 random bytes that every ciphertext is bound to. No secret; never changes. */
  readonly vaultId: Uint8Array;
  /** 32 random bytes; a rotation makes new ones. */
  readonly masterKey: Uint8Array;
  /** 32 bytes that hide row ids. A rotation keeps them, because the server cannot rename rows. */
  readonly rowIdKey: Uint8Array;
}

type Purpose = 'entry' | 'key-id' | 'row-id';

const deriveFrom = (masterKey: Uint8Array, vaultId: Uint8Array, purpose: Purpose, length: number): Uint8Array =>
  hkdf(sha256, masterKey, vaultId, toUtf8(`synckeep/1/${purpose}`), length);

export const entryKeyOf = ({ masterKey, vaultId }: VaultSecret): Uint8Array =>
  deriveFrom(masterKey, vaultId, 'entry', 32);

/** Four bytes that name a master key in public. */
export const keyIdOf = ({ masterKey, vaultId }: Pick<VaultSecret, 'masterKey' | 'vaultId'>): Uint8Array =>
  deriveFrom(masterKey, vaultId, 'key-id', 4);

/** The secret of a new vault. */
export const createVaultSecret = (random: RandomBytes): VaultSecret => {
  const vaultId = random(16);
  const masterKey = random(32);
  return { vaultId, masterKey, rowIdKey: deriveFrom(masterKey, vaultId, 'row-id', 32) };
};

/** The same vault under a new master key. */
export const rotateVaultSecret = (secret: VaultSecret, random: RandomBytes): VaultSecret => {
  const next = { ...secret, masterKey: random(32) };
  // Two keys of one name could not be told apart: one in four billion.
  return isEqual(keyIdOf(next), keyIdOf(secret)) ? rotateVaultSecret(secret, random) : next;
};
