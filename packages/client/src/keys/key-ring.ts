import { isEqual } from '../crypto/bytes.js';
import type { VaultSecret } from '../crypto/index.js';
import { keyIdOf } from '../crypto/vault.js';

/** The keys that a device knows, in memory and where it remembers them. */
export interface KeyRing {
  /** Keys that were or are current, the newest first; during a rotation it may not be known. */
  readonly current: readonly VaultSecret[];
  /** The key of a running rotation, as far as it is known. */
  readonly target: VaultSecret | null;
  /** Keys of rotations that were called off: something may have been written under them. */
  readonly others: readonly VaultSecret[];
  /** The version of the newest current key. */
  readonly version: number;
  readonly targetVersion: number | null;
}

export const hasKeyId = (secret: VaultSecret, keyId: Uint8Array): boolean => isEqual(keyIdOf(secret), keyId);

const isSameKey = (a: VaultSecret, b: VaultSecret): boolean => isEqual(a.masterKey, b.masterKey);

const withoutRepeats = (secrets: readonly VaultSecret[]): readonly VaultSecret[] =>
  secrets.filter((secret, at) => secrets.findIndex((each) => isSameKey(each, secret)) === at);

/** Every key of a ring; the first is the one to write under. */
export const secretsOf = ({ target, current, others }: KeyRing): readonly VaultSecret[] =>
  withoutRepeats([...(target ? [target] : []), ...current, ...others]);

/** The ring with further keys of its vault to read with. */
export const withOthers = (ring: KeyRing, secrets: readonly VaultSecret[]): KeyRing => {
  const [known] = secretsOf(ring);
  const isOwn = (secret: VaultSecret): boolean => !known || isEqual(secret.vaultId, known.vaultId);
  const others = withoutRepeats([...ring.others, ...secrets.filter(isOwn)]);
  const used = [...(ring.target ? [ring.target] : []), ...ring.current];
  return { ...ring, others: others.filter((secret) => !used.some((each) => isSameKey(each, secret))) };
};
