import { isEqual } from '../crypto/bytes.js';
import { describeEnvelope, type VaultSecret } from '../crypto/index.js';
import { hasKeyId, type KeyRing, withOthers } from './key-ring.js';
import { KeysError } from './keys-error.js';
import type { StoredKeys } from './server-keys.js';

const vaultIdOf = ({ current, target, others }: KeyRing): Uint8Array | undefined =>
  (target ?? current[0] ?? others[0])?.vaultId;

/** @throws KeysError `other_vault`, `rolled_back` when the server contradicts what this device knows */
const refuseContradiction = (ring: KeyRing, stored: StoredKeys, current: VaultSecret | undefined): void => {
  const vaultId = vaultIdOf(ring);
  if (vaultId && !isEqual(vaultId, describeEnvelope(stored.envelope).vaultId)) throw new KeysError('other_vault');
  const [newest] = ring.current;
  const isReplaced = newest !== undefined && newest !== current;
  const isBackwards = stored.version < ring.version || (isReplaced && stored.version === ring.version);
  if (isBackwards || (current !== undefined && ring.current.indexOf(current) > 0)) throw new KeysError('rolled_back');
};

/**
 * The ring after a look at the server. Keys go forward only: one that was replaced never becomes current again, because
 * the server could otherwise make this device write under a key that leaked.
 * @returns null when the server's current key is not known here
 * @throws KeysError `other_vault`, `rolled_back`
 */
export const matchRing = (ring: KeyRing, stored: StoredKeys): KeyRing | null => {
  const find = (envelope: string): VaultSecret | undefined => {
    const { keyId } = describeEnvelope(envelope);
    return [...(ring.target ? [ring.target] : []), ...ring.current, ...ring.others].find((each) =>
      hasKeyId(each, keyId),
    );
  };
  const current = find(stored.envelope);
  refuseContradiction(ring, stored, current);
  const target = stored.target ? (find(stored.target.envelope) ?? null) : null;
  if (current === undefined && target === null) return null;

  const isUsed = (secret: VaultSecret): boolean => secret === current || secret === target;
  const next: KeyRing = {
    current: current ? [current, ...ring.current.filter((each) => each !== current)] : [],
    target,
    others: [...ring.others, ...(current ? [] : ring.current)].filter((secret) => !isUsed(secret)),
    version: stored.version,
    targetVersion: stored.target?.version ?? null,
  };
  // A rotation was called off: something may have been written under its key.
  return ring.target && !isUsed(ring.target) ? withOthers(next, [ring.target]) : next;
};
