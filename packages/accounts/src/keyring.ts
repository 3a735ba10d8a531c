import { deriveKey, type Secret, type Secrets } from '@synckeep/core';
import type { CryptoKey } from 'jose';

export interface TokenKey {
  /** The id of the secret, and the `kid` of what it signed. */
  readonly id: string;
  readonly key: CryptoKey;
}

export interface Keyring {
  /** The key that signs. */
  newest(): Promise<TokenKey>;
  /** null when no secret of this server has that id (any more). The same object as long as the secret is the same. */
  find(id: string): Promise<TokenKey | null>;
}

interface Imported extends TokenKey {
  readonly bytes: Uint8Array;
}

const areEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** The token keys of the server's secrets, derived and imported once for each secret. */
export const createKeyring = (secrets: Secrets): Keyring => {
  const importedById = new Map<string, Imported>();

  const importKey = async (secret: Secret): Promise<TokenKey> => {
    const known = importedById.get(secret.id);
    if (known && areEqual(known.bytes, secret.bytes)) return known;
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const bytes = Uint8Array.from(deriveKey(secret, 'token'));
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
    const imported = { id: secret.id, key, bytes: Uint8Array.from(secret.bytes) };
    const ids = new Set(secrets.list().map(({ id }) => id));
    for (const id of importedById.keys()) if (!ids.has(id)) importedById.delete(id);
    importedById.set(secret.id, imported);
    return imported;
  };

  return {
    async newest() {
      const [secret] = secrets.list();
      if (secret === undefined) throw new Error('There is no secret to sign tokens with: Secrets.list() is empty.');
      return importKey(secret);
    },
    async find(id) {
      const secret = secrets.list().find((candidate) => candidate.id === id);
      return secret === undefined ? null : importKey(secret);
    },
  };
};
