import { fromBase64url, toBase64url } from '../crypto/base64url.js';
import { fromUtf8, toUtf8 } from '../crypto/bytes.js';
import type { VaultSecret } from '../crypto/index.js';
import type { KeyRing } from './key-ring.js';

/**
 * Where a device remembers its keys, so that the passphrase is not asked for at each start: the keychain of the
 * operating system, for instance. Whoever can read it reads everything. One memory is for one account.
 */
export interface KeyMemory {
  /** null when nothing is remembered. */
  load(): Promise<Uint8Array | null>;
  /** Some hundred bytes, in place of what was there. */
  save(bytes: Uint8Array): Promise<void>;
  clear(): Promise<void>;
}

const format = 1;

const encodeSecret = ({ vaultId, masterKey, rowIdKey }: VaultSecret): readonly string[] =>
  [vaultId, masterKey, rowIdKey].map(toBase64url);

export const encodeRing = ({ current, target, others, version, targetVersion }: KeyRing): Uint8Array => {
  const keys = {
    current: current.map(encodeSecret),
    target: target && encodeSecret(target),
    others: others.map(encodeSecret),
  };
  return toUtf8(JSON.stringify({ format, version, targetVersion, ...keys }));
};

const decodeSecret = (value: unknown): VaultSecret | null => {
  if (!Array.isArray(value)) return null;
  const [vaultId, masterKey, rowIdKey] = value.map((text) => (typeof text === 'string' ? fromBase64url(text) : null));
  const isWhole = vaultId?.length === 16 && masterKey?.length === 32 && rowIdKey?.length === 32;
  return isWhole ? { vaultId, masterKey, rowIdKey } : null;
};

const decodeSecrets = (value: unknown): readonly VaultSecret[] | null => {
  if (!Array.isArray(value)) return null;
  const secrets = value.flatMap((each) => decodeSecret(each) ?? []);
  return secrets.length === value.length ? secrets : null;
};

const parse = (bytes: Uint8Array): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes) ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    // Nothing of ours; the passphrase will be asked for.
    return null;
  }
};

/** null for bytes that `encodeRing` did not make: as if nothing were remembered. */
export const decodeRing = (bytes: Uint8Array): KeyRing | null => {
  const value = parse(bytes);
  if (value?.['format'] !== format) return null;
  const current = decodeSecrets(value['current']);
  const others = decodeSecrets(value['others']);
  const target = value['target'] === null ? null : decodeSecret(value['target']);
  const { version, targetVersion } = value;
  if (current === null || others === null || (value['target'] !== null && target === null)) return null;
  if (typeof version !== 'number' || (typeof targetVersion !== 'number' && targetVersion !== null)) return null;
  return { current, target, others, version, targetVersion };
};
