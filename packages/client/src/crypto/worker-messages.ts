import type { Argon2Parameters } from './argon2.js';
import type { EntryCipherOptions } from './create-entry-cipher.js';
import type { CryptoErrorCode } from './crypto-error.js';
import type { OpenedChange, PlainChange, ReceivedChange, ResealedChange, SealedChange } from './entry-cipher.js';
import type { VaultSecret } from './vault.js';

/** What a worker is asked for. A cipher is made once, under a number, and then used by it. */
export type WorkerTask =
  | {
      readonly kind: 'deriveKey';
      readonly passphrase: string;
      readonly salt: Uint8Array;
      readonly parameters: Argon2Parameters;
    }
  | {
      readonly kind: 'createEntryCipher';
      readonly cipher: number;
      readonly secrets: readonly [VaultSecret, ...VaultSecret[]];
      readonly options: EntryCipherOptions;
    }
  | { readonly kind: 'sealAll'; readonly cipher: number; readonly changes: readonly PlainChange[] }
  | { readonly kind: 'openAll' | 'resealAll'; readonly cipher: number; readonly changes: readonly ReceivedChange[] };

export interface WorkerRequest {
  readonly id: number;
  readonly task: WorkerTask;
}

export type WorkerAnswer = { readonly id: number } & (
  | { readonly kind: 'derived'; readonly key: Uint8Array }
  | { readonly kind: 'created' }
  | { readonly kind: 'sealed'; readonly changes: readonly SealedChange[] }
  | { readonly kind: 'opened'; readonly changes: readonly OpenedChange[] }
  | { readonly kind: 'resealed'; readonly changes: readonly ResealedChange[] }
  /** `code` is null for anything but a CryptoError. */
  | { readonly kind: 'failed'; readonly code: CryptoErrorCode | null; readonly message: string }
);
