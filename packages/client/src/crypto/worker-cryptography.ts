import { CryptoError } from './crypto-error.js';
import { type Cryptography, createCryptography } from './cryptography.js';
import type { VaultCipher } from './entry-cipher.js';
import type { WorkerAnswer, WorkerRequest, WorkerTask } from './worker-messages.js';

/** The parts of a `Worker` that are used. */
export interface WorkerPort {
  postMessage(request: WorkerRequest): void;
  addEventListener(type: 'message', listener: (event: { readonly data: WorkerAnswer }) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void;
  terminate(): void;
}

class WorkerGone extends Error {}

interface Pending {
  answer(answer: WorkerAnswer): void;
  fail(error: Error): void;
}

const unexpected = (): Error => new Error('The crypto worker answered something else. Is it of the same version?');

/**
 * The cryptography in a module worker. When the worker cannot be loaded or dies, what was asked of it and everything
 * later is done on this thread: the answers are the same.
 */
export const createWorkerCryptography = (worker: WorkerPort): Cryptography => {
  const here = createCryptography();
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let isGone = false;

  const giveUp = (reason: string): void => {
    isGone = true;
    worker.terminate();
    const lost = [...pending.values()];
    pending.clear();
    for (const { fail } of lost) fail(new WorkerGone(reason));
  };
  worker.addEventListener('error', () => giveUp('The crypto worker could not be loaded or died.'));
  worker.addEventListener('messageerror', () => giveUp('An answer of the crypto worker could not be read.'));
  worker.addEventListener('message', ({ data }) => {
    const waiting = pending.get(data.id);
    pending.delete(data.id);
    waiting?.answer(data);
  });

  const ask = (task: WorkerTask): Promise<WorkerAnswer> =>
    new Promise((answer, fail) => {
      if (isGone) throw new WorkerGone('The crypto worker has ended.');
      const id = ++lastId;
      worker.postMessage({ id, task });
      pending.set(id, { answer, fail });
    });

  /** The task in the worker, or the same work here when there is no worker (any more). */
  const run = async <T>(
    task: WorkerTask,
    read: (answer: WorkerAnswer) => T | undefined,
    instead: () => Promise<T>,
  ): Promise<T> => {
    let answer: WorkerAnswer;
    try {
      answer = await ask(task);
    } catch (error) {
      if (error instanceof WorkerGone) return instead();
      throw error;
    }
    if (answer.kind === 'failed') throw answer.code === null ? new Error(answer.message) : new CryptoError(answer.code);
    const result = read(answer);
    if (result === undefined) throw unexpected();
    return result;
  };

  let ciphers = 0;
  return {
    deriveKey: (passphrase, salt, parameters) =>
      run(
        { kind: 'deriveKey', passphrase, salt, parameters },
        (answer) => (answer.kind === 'derived' ? answer.key : undefined),
        () => here.deriveKey(passphrase, salt, parameters),
      ),

    createEntryCipher(secrets, options = {}): VaultCipher {
      const cipher = ++ciphers;
      let local: VaultCipher | undefined;
      const instead = (): VaultCipher => {
        local ??= here.createEntryCipher(secrets, options);
        return local;
      };
      const created = run(
        { kind: 'createEntryCipher', cipher, secrets, options },
        (answer) => (answer.kind === 'created' ? true : undefined),
        async () => true,
      );
      // Whoever uses the cipher hears of it.
      created.catch(() => {});
      return {
        async sealAll(changes) {
          await created;
          return run(
            { kind: 'sealAll', cipher, changes },
            (answer) => (answer.kind === 'sealed' ? answer.changes : undefined),
            () => instead().sealAll(changes),
          );
        },
        async openAll(changes) {
          await created;
          return run(
            { kind: 'openAll', cipher, changes },
            (answer) => (answer.kind === 'opened' ? answer.changes : undefined),
            () => instead().openAll(changes),
          );
        },
        async resealAll(changes) {
          await created;
          return run(
            { kind: 'resealAll', cipher, changes },
            (answer) => (answer.kind === 'resealed' ? answer.changes : undefined),
            () => instead().resealAll(changes),
          );
        },
      };
    },

    close: () => giveUp('The crypto worker was closed.'),
  };
};
