import { hash, verify } from '@node-rs/argon2';
import type { Random } from '@synckeep/core';
import { type BoundedQueue, createBoundedQueue } from './bounded-queue.js';

export interface PasswordHasher {
  /** A salted hash that names its own parameters. @throws SyncError `unavailable` when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. With null it takes as long as with a real hash and answers false,
   * so that nobody can measure whether there is a user. @throws SyncError `unavailable` when too many wait.
   */
  verify(password: string, passwordHash: string | null): Promise<boolean>;
}

/** Memory in KiB. The algorithm of the library is Argon2id unless told otherwise. */
const parameters = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1, outputLen: 32 };

const toUnpaddedBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('=', '');

/** Argon2id with 19 MiB, 2 passes, 1 lane (P-12). Two hashes are computed at a time and 32 wait, in each process. */
export const createArgon2Hasher = (
  random: Random,
  queue: BoundedQueue = createBoundedQueue({ active: 2, waiting: 32 }),
): PasswordHasher => {
  const { memoryCost, timeCost, parallelism, outputLen } = parameters;
  const salt = toUnpaddedBase64(random.bytes(16));
  const output = toUnpaddedBase64(random.bytes(outputLen));
  const dummy = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${output}`;

  return {
    hash: (password) => queue.run(() => hash(password, parameters)),
    async verify(password, passwordHash) {
      const matches = await queue.run(() => verify(passwordHash ?? dummy, password));
      return matches && passwordHash !== null;
    },
  };
};
