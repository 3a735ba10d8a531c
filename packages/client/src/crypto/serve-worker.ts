import { CryptoError } from './crypto-error.js';
import { createCryptography } from './cryptography.js';
import type { VaultCipher } from './entry-cipher.js';
import type { WorkerAnswer, WorkerRequest, WorkerTask } from './worker-messages.js';

type Result = WorkerAnswer extends infer A ? (A extends { readonly id: number } ? Omit<A, 'id'> : never) : never;

/** The inside of a worker: answers each request that comes, in the order in which they get done. */
export const serveWorker = (post: (answer: WorkerAnswer) => void): ((request: WorkerRequest) => Promise<void>) => {
  const cryptography = createCryptography();
  const ciphers = new Map<number, VaultCipher>();

  const cipherOf = (name: number): VaultCipher => {
    const cipher = ciphers.get(name);
    if (!cipher) throw new Error(`This worker has no cipher ${name}.`);
    return cipher;
  };

  const run = async (task: WorkerTask): Promise<Result> => {
    switch (task.kind) {
      case 'deriveKey':
        return { kind: 'derived', key: await cryptography.deriveKey(task.passphrase, task.salt, task.parameters) };
      case 'createEntryCipher':
        ciphers.set(task.cipher, cryptography.createEntryCipher(task.secrets, task.options));
        return { kind: 'created' };
      case 'sealAll':
        return { kind: 'sealed', changes: await cipherOf(task.cipher).sealAll(task.changes) };
      case 'openAll':
        return { kind: 'opened', changes: await cipherOf(task.cipher).openAll(task.changes) };
      case 'resealAll':
        return { kind: 'resealed', changes: await cipherOf(task.cipher).resealAll(task.changes) };
    }
  };

  const toFailure = (error: unknown): Result => ({
    kind: 'failed',
    code: error instanceof CryptoError ? error.code : null,
    message: error instanceof Error ? error.message : String(error),
  });

  return async ({ id, task }) => post({ id, ...(await run(task).catch(toFailure)) });
};
