import type { ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import { createPatience } from '../api/patience.js';
import {
  type Argon2Parameters,
  type Credential,
  type Credentials,
  CryptoError,
  type Cryptography,
  createCryptography,
  createVaultSecret,
  describeEnvelope,
  type EntryCipherOptions,
  openEnvelope,
  replacePassphrase,
  replaceRecoveryCode,
  rotateVaultSecret,
  sealEnvelope,
  secureRandom,
  standardParameters,
  type VaultSecret,
} from '../crypto/index.js';
import { systemTimers, type Timers } from '../sync/timers.js';
import { createKeyHolder, type KeysState, type OpenKeys } from './key-holder.js';
import type { KeyMemory } from './key-memory.js';
import { hasKeyId, type KeyRing, withOthers } from './key-ring.js';
import { KeysError } from './keys-error.js';
import { matchRing } from './match-ring.js';
import { finishRotation, type RotationResult, type RotationRun } from './rotation.js';
import { fetchKeys, putEnvelope, type StoredKeys } from './server-keys.js';
import { createTurns } from './turns.js';

export interface KeysOptions extends EntryCipherOptions {
  readonly call: ApiCalls;
  /** Where Argon2 and the ciphers run; `startCryptography()` takes them off the main thread of a browser. */
  readonly cryptography?: Cryptography;
  /** Without it the passphrase is asked for at each start. */
  readonly memory?: KeyMemory;
  /** Of envelopes made from now on; 64 MiB and 3 iterations without it. */
  readonly parameters?: Argon2Parameters;
  readonly timers?: Timers;
}

export interface RotationStart extends RotationRun {
  /** The present one. */
  readonly passphrase: string;
  /** The one to use from now on; the present one without it. */
  readonly newPassphrase?: string;
  /** A code made by `createRecoveryCode`, shown to the person before this is called; null for none. The old code ends. */
  readonly recoveryCode: string | null;
}

export interface UnlockOptions {
  /** The person has confirmed that the server may contradict what this device knows (state `refused`). */
  readonly acceptChange?: boolean;
}

/** The keys of one user in one app, on one device. What fails does so with ApiError, CryptoError or KeysError. */
export interface Keys {
  readonly state: KeysState;
  /** null while nothing can be sealed. */
  current(): OpenKeys | null;
  /** Looks at the server, with what is remembered. @returns false when a person must act; see `state` */
  refresh(signal?: AbortSignal): Promise<boolean>;
  /** Calls back when `state` or the keys have changed. The answer ends that. */
  onChange(listener: () => void): () => void;
  /** The first key of all. @throws KeysError `already_set_up` when another device was faster */
  setUp(credentials: Credentials): Promise<void>;
  /** Opens the key that another device made, also those of a running rotation. @throws CryptoError, KeysError */
  unlock(credential: Credential, options?: UnlockOptions): Promise<void>;
  /** Opens replaced and called-off keys too, for entries that stay unreadable otherwise; needs a fresh login (P-58). @returns how many */
  unlockHistory(credential: Credential): Promise<number>;
  changePassphrase(passphrase: string): Promise<void>;
  /** null takes it away. */
  changeRecoveryCode(recoveryCode: string | null): Promise<void>;
  /** Makes a new key and encrypts everything again. Can be broken off at any moment and taken up by `resumeRotation`. */
  rotate(start: RotationStart): Promise<RotationResult>;
  /** Goes on with a rotation, whichever device began it. @throws KeysError `no_rotation`, `locked`, `rotation_aborted` */
  resumeRotation(run?: RotationRun): Promise<RotationResult>;
  abortRotation(): Promise<void>;
  /** Drops everything that the server has of this user in this app. For whoever has lost every key. */
  reset(password?: string): Promise<void>;
  /** Forgets the keys on this device. */
  lock(): Promise<void>;
}

const emptyRing: KeyRing = { current: [], target: null, others: [], version: 0, targetVersion: null };

/** Fits `keys` of `createClient`. */
export const createKeys = (options: KeysOptions): Keys => {
  const { call, cryptography = createCryptography(), memory = null, timers = systemTimers } = options;
  const { parameters = standardParameters, hideRowIds = false, pad = false } = options;
  const envelopes = { deriveKey: cryptography.deriveKey, parameters, random: secureRandom };
  const holder = createKeyHolder(cryptography, { hideRowIds, pad }, memory);
  const patiently = createPatience(timers);
  // An answer of the server must not be taken in after a later one.
  const inTurn = createTurns();

  const openState = (ring: KeyRing, stored: StoredKeys): KeysState => ({
    kind: 'open',
    hasRecoveryCode: describeEnvelope(stored.envelope).hasRecoveryCode,
    isRotating: stored.target !== null,
    isTargetKnown: ring.target !== null,
  });

  const refuse = (error: unknown): never => {
    if (error instanceof KeysError || error instanceof CryptoError) {
      holder.close({ kind: 'refused', reason: error.code });
    }
    throw error;
  };

  /** Brings ring and server together. @returns null when the person must unlock */
  const match = async (ring: KeyRing, stored: StoredKeys): Promise<KeyRing | null> => {
    try {
      const matched = matchRing(ring, stored);
      if (matched) await holder.set(matched, openState(matched, stored));
      else holder.close({ kind: 'locked', hasRecoveryCode: describeEnvelope(stored.envelope).hasRecoveryCode });
      return matched;
    } catch (error) {
      return refuse(error);
    }
  };

  const fetchPatiently = (signal?: AbortSignal) => patiently(() => fetchKeys(call, signal), signal);

  const look = (fetchStored: () => Promise<StoredKeys | null> = fetchPatiently) =>
    inTurn(async () => {
      const stored = await fetchStored();
      const ring = await holder.ring();
      if (stored === null) holder.close({ kind: 'absent' });
      return { stored, ring: stored && (await match(ring ?? emptyRing, stored)) };
    });

  /** What can be changed now. @throws KeysError */
  const lookToChange = async (): Promise<{ stored: StoredKeys; secret: VaultSecret }> => {
    const { stored, ring } = await look();
    if (stored === null) throw new KeysError('not_set_up');
    if (stored.target) throw new KeysError('rotation_running');
    const [secret] = ring?.current ?? [];
    if (!ring || !secret) throw new KeysError('locked');
    return { stored, secret };
  };

  const put = async (envelope: string, replaced: StoredKeys | null): Promise<number> => {
    try {
      return await patiently(() => putEnvelope(call, envelope, replaced));
    } catch (error) {
      throw isApiError(error, 'rotation_in_progress') ? new KeysError('rotation_running', error) : error;
    }
  };

  const replace = async (envelope: string, replaced: StoredKeys): Promise<void> => {
    await put(envelope, replaced);
    await look();
  };

  /** Every secret that this credential opens; of several envelopes one that fails does not matter. */
  const openSome = async (texts: readonly string[], credential: Credential): Promise<readonly VaultSecret[]> => {
    const opened: VaultSecret[] = [];
    let failure: unknown;
    for (const text of texts) {
      try {
        opened.push(await openEnvelope(text, credential, envelopes));
      } catch (error) {
        if (!(error instanceof CryptoError)) throw error;
        failure ??= error;
      }
    }
    if (opened.length === 0 && failure !== undefined) throw failure;
    return opened;
  };

  /** Begins a rotation, or finds the own one begun when its answer was lost. @returns the target's version */
  const begin = async (envelope: string, version: number, signal?: AbortSignal): Promise<number> => {
    const body = { new_encrypted_key: envelope, key_version: version };
    try {
      return (await patiently(() => call('beginRotation', { body }), signal)).body.key_version;
    } catch (error) {
      if (isApiError(error, 'rotation_in_progress')) throw new KeysError('rotation_running', error);
      throw isApiError(error, 'stale_key_version') ? new KeysError('changed_elsewhere', error) : error;
    }
  };

  const finish = async (ring: KeyRing, run: RotationRun): Promise<RotationResult> => {
    const { open } = holder;
    if (!ring.target || ring.targetVersion === null || !open) throw new KeysError('locked');
    const { cipher } = open;
    try {
      return await finishRotation({ ...run, call, patiently, cipher, targetVersion: ring.targetVersion });
    } finally {
      // What is known of the server now. Should it not answer, the next look finds out.
      await look(() => fetchKeys(call, run.signal)).catch(() => {});
    }
  };

  return {
    get state() {
      return holder.state;
    },

    current: () => holder.open,

    async refresh(signal) {
      try {
        // Once only: whoever calls this has a back-off of its own.
        return (await look(() => fetchKeys(call, signal))).ring !== null;
      } catch (error) {
        if (error instanceof KeysError || error instanceof CryptoError) return false;
        throw error;
      }
    },

    onChange: (listener) => holder.onChange(listener),

    async setUp(credentials) {
      const secret = createVaultSecret(secureRandom);
      const envelope = await sealEnvelope(secret, credentials, envelopes);
      await inTurn(async () => {
        const version = await put(envelope, null);
        await match({ ...emptyRing, current: [secret], version }, { envelope, version, etag: null, target: null });
      });
    },

    unlock: (credential, { acceptChange = false } = {}) =>
      inTurn(async () => {
        const stored = await fetchPatiently();
        if (stored === null) throw new KeysError('not_set_up');
        const texts = [stored.envelope, ...(stored.target ? [stored.target.envelope] : [])];
        const opened = await openSome(texts, credential);
        const ring = acceptChange ? null : await holder.ring();
        await match(ring ? withOthers(ring, opened) : { ...emptyRing, others: opened }, stored);
      }),

    async unlockHistory(credential) {
      const { stored, ring } = await look();
      if (!stored || !ring) throw new KeysError(stored ? 'locked' : 'not_set_up');
      const { body } = await call('keyHistory');
      const known = [...ring.current, ...ring.others];
      const isNew = ({ encrypted_key }: { encrypted_key: string }): boolean => {
        const { keyId } = describeEnvelope(encrypted_key);
        return !known.some((secret) => hasKeyId(secret, keyId));
      };
      const texts = body.keys.filter(isNew).map(({ encrypted_key }) => encrypted_key);
      const opened = await openSome(texts, credential);
      const next = withOthers(ring, opened);
      await match(next, stored);
      return next.others.length - ring.others.length;
    },

    async changePassphrase(passphrase) {
      const { stored, secret } = await lookToChange();
      await replace(await replacePassphrase(stored.envelope, secret, passphrase, envelopes), stored);
    },

    async changeRecoveryCode(recoveryCode) {
      const { stored, secret } = await lookToChange();
      await replace(replaceRecoveryCode(stored.envelope, secret, recoveryCode, envelopes), stored);
    },

    async rotate({ passphrase, newPassphrase = passphrase, recoveryCode, ...run }) {
      const { stored } = await lookToChange();
      const secret = await openEnvelope(stored.envelope, { passphrase }, envelopes);
      const next = rotateVaultSecret(secret, secureRandom);
      const envelope = await sealEnvelope(next, { passphrase: newPassphrase, recoveryCode }, envelopes);
      const ring = await inTurn(async () => {
        const version = await begin(envelope, stored.version, run.signal);
        const known = withOthers((await holder.ring()) ?? emptyRing, [secret, next]);
        return match(known, { ...stored, target: { envelope, version } });
      });
      if (!ring) throw new KeysError('locked');
      return finish(ring, run);
    },

    async resumeRotation(run = {}) {
      const { stored, ring } = await look(() => fetchPatiently(run.signal));
      if (!stored?.target) throw new KeysError('no_rotation');
      if (!ring?.target) throw new KeysError('locked');
      return finish(ring, run);
    },

    async abortRotation() {
      try {
        await call('abortRotation');
      } catch (error) {
        throw isApiError(error, 'no_rotation') ? new KeysError('no_rotation', error) : error;
      }
      await look();
    },

    async reset(password) {
      await call('reset', { body: { confirm: 'erase my data', ...(password !== undefined && { password }) } });
      await holder.forget({ kind: 'absent' });
    },

    async lock() {
      await holder.forget({ kind: 'unknown' });
    },
  };
};
