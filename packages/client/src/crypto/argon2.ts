import { toUtf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';

/** Argon2id, version 1.3, with an output of 32 bytes. */
export interface Argon2Parameters {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly lanes: number;
}

/** What a new envelope is made with. */
export const standardParameters: Argon2Parameters = { memoryKiB: 65_536, iterations: 3, lanes: 1 };

const ranges = { memoryKiB: [16_384, 1_048_576], iterations: [1, 16], lanes: [1, 16] } as const;

/** Too little would protect nothing, too much would hang the device of whoever opens the envelope. */
export const isSane = (parameters: Argon2Parameters): boolean =>
  (['memoryKiB', 'iterations', 'lanes'] as const).every((name) => {
    const [least, most] = ranges[name];
    return Number.isInteger(parameters[name]) && parameters[name] >= least && parameters[name] <= most;
  });

/** Makes the 32 bytes that wrap a key from a passphrase. It takes most of a second on purpose. */
export type DeriveKey = (passphrase: string, salt: Uint8Array, parameters: Argon2Parameters) => Promise<Uint8Array>;

/**
 * The passphrase is normalised (NFC), so that it does not matter on which keyboard it was typed.
 * @throws CryptoError `weak_passphrase` for an empty one
 */
export const argon2id: DeriveKey = async (passphrase, salt, { memoryKiB, iterations, lanes }) => {
  if (passphrase === '') throw new CryptoError('weak_passphrase');
  // Half of its size is the WebAssembly, so it is loaded when somebody types a passphrase and not before.
  const hashWasm = await import('hash-wasm');
  return hashWasm.argon2id({
    password: toUtf8(passphrase.normalize('NFC')),
    salt,
    memorySize: memoryKiB,
    iterations,
    parallelism: lanes,
    hashLength: 32,
    outputType: 'binary',
  });
};
