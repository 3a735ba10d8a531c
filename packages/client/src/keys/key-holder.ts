import type { CryptoErrorCode, Cryptography, EntryCipherOptions, VaultCipher } from '../crypto/index.js';
import { decodeRing, encodeRing, type KeyMemory } from './key-memory.js';
import { type KeyRing, secretsOf, withOthers } from './key-ring.js';
import type { KeysErrorCode } from './keys-error.js';

/** The cipher in use, and what a push says it was encrypted under. */
export interface OpenKeys {
  readonly cipher: VaultCipher;
  readonly keyVersion: number;
}

/**
 * `unknown`: nobody has looked at the server yet. `absent`: no key was made; set one up. `locked`: a passphrase or recovery
 * code is needed. `refused`: the server contradicts what this device knows; a person decides. `open`: entries can be
 * sealed; `isTargetKnown` is false while a rotation runs whose key this device does not have yet.
 */
export type KeysState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'locked'; readonly hasRecoveryCode: boolean }
  | { readonly kind: 'refused'; readonly reason: KeysErrorCode | CryptoErrorCode }
  | {
      readonly kind: 'open';
      readonly hasRecoveryCode: boolean;
      readonly isRotating: boolean;
      readonly isTargetKnown: boolean;
    };

/** Holds the ring in memory and, where it is wanted, in a KeyMemory. */
export interface KeyHolder {
  readonly state: KeysState;
  readonly open: OpenKeys | null;
  /** The ring as it was set last, with what another tab or process has remembered since. */
  ring(): Promise<KeyRing | null>;
  set(ring: KeyRing, state: KeysState): Promise<void>;
  /** Keeps the ring and uses it no more until it is set again. */
  close(state: KeysState): void;
  forget(state: KeysState): Promise<void>;
  onChange(listener: () => void): () => void;
}

export const createKeyHolder = (
  cryptography: Cryptography,
  cipherOptions: EntryCipherOptions,
  memory: KeyMemory | null,
): KeyHolder => {
  const listeners = new Set<() => void>();
  let held: KeyRing | null = null;
  let open: OpenKeys | null = null;
  let state: KeysState = { kind: 'unknown' };
  let shown = '';

  const show = (next: KeysState, isNewRing: boolean): void => {
    const before = shown;
    state = next;
    shown = JSON.stringify(next);
    if (isNewRing || shown !== before) for (const listener of listeners) listener();
  };

  const toOpen = (ring: KeyRing): OpenKeys | null => {
    const [newest, ...older] = secretsOf(ring);
    if (!newest) return null;
    const cipher = cryptography.createEntryCipher([newest, ...older], cipherOptions);
    return { cipher, keyVersion: ring.target ? (ring.targetVersion ?? ring.version) : ring.version };
  };

  const encoded = (ring: KeyRing | null): string => (ring ? new TextDecoder().decode(encodeRing(ring)) : '');

  return {
    get state() {
      return state;
    },
    get open() {
      return open;
    },
    async ring() {
      const bytes = (await memory?.load()) ?? null;
      const remembered = bytes && decodeRing(bytes);
      return held && remembered ? withOthers(held, secretsOf(remembered)) : (held ?? remembered);
    },
    async set(ring, next) {
      const isNew = open === null || encoded(ring) !== encoded(held);
      if (isNew) {
        await memory?.save(encodeRing(ring));
        held = ring;
        open = toOpen(ring);
      }
      show(next, isNew);
    },
    close(next) {
      open = null;
      show(next, false);
    },
    async forget(next) {
      await memory?.clear();
      held = null;
      open = null;
      show(next, false);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
