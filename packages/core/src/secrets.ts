import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** A signing secret of the server. `id` names it in what it signed (`kid`). */
export interface Secret {
  readonly id: string;
  /** At least 32 unpredictable bytes. */
  readonly bytes: Uint8Array;
}

/** The secrets of this server, newest first: the first one signs, all of them verify. Read anew for each use. */
export interface Secrets {
  list(): readonly Secret[];
}

export type KeyPurpose = 'token' | 'url' | 'seal' | 'oauth';

/** The 32-byte sub-key of a secret for one purpose (HKDF-SHA-256), so that no signature can stand in for another. */
export const deriveKey = (secret: Secret, purpose: KeyPurpose): Uint8Array =>
  hkdf(sha256, secret.bytes, undefined, utf8ToBytes(`synckeep ${purpose}`), 32);
