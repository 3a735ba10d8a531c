import { decrypt, encrypt, nonceLength, tagLength } from './aead.js';
import { type Argon2Parameters, type DeriveKey, isSane } from './argon2.js';
import { concat, readUint32, toUtf8, uint32 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { type Envelope, toHead, type Wrap } from './envelope-format.js';
import type { RandomBytes } from './random.js';
import { recoveryKeyOf } from './recovery-code.js';
import { keyIdOf, type VaultSecret } from './vault.js';

export const passphraseType = 1;
export const recoveryType = 2;

const argon2idAlgorithm = 1;
const parametersLength = 10;
const saltLength = 32;
const sealedLength = 64 + tagLength;

/** A body is `parameters ‖ salt ‖ nonce ‖ sealed`; a recovery code has no parameters. */
const cut = (body: Uint8Array, parameters: number) => {
  const salt = parameters + saltLength;
  const nonce = salt + nonceLength;
  if (body.length !== nonce + sealedLength) throw new CryptoError('malformed_envelope');
  return {
    parameters: body.subarray(0, parameters),
    salt: body.subarray(parameters, salt),
    nonce: body.subarray(salt, nonce),
    sealed: body.subarray(nonce),
  };
};

const associatedDataOf = (
  envelope: Pick<Envelope, 'vaultId' | 'keyId'>,
  type: number,
  parameters: Uint8Array,
  salt: Uint8Array,
): Uint8Array => concat(toUtf8('synckeep/1/wrap'), toHead(envelope), Uint8Array.of(type), parameters, salt);

const seal = (
  secret: VaultSecret,
  type: number,
  key: Uint8Array,
  parameters: Uint8Array,
  salt: Uint8Array,
  random: RandomBytes,
): Wrap => {
  const nonce = random(nonceLength);
  const bound = associatedDataOf({ vaultId: secret.vaultId, keyId: keyIdOf(secret) }, type, parameters, salt);
  const sealed = encrypt(key, nonce, bound, concat(secret.masterKey, secret.rowIdKey));
  return { type, body: concat(parameters, salt, nonce, sealed) };
};

const open = (envelope: Envelope, type: number, key: Uint8Array, parts: ReturnType<typeof cut>): VaultSecret | null => {
  const bound = associatedDataOf(envelope, type, parts.parameters, parts.salt);
  const secret = decrypt(key, parts.nonce, bound, parts.sealed);
  return secret && { vaultId: envelope.vaultId, masterKey: secret.slice(0, 32), rowIdKey: secret.slice(32) };
};

export const wrapByPassphrase = async (
  secret: VaultSecret,
  passphrase: string,
  parameters: Argon2Parameters,
  { deriveKey, random }: { readonly deriveKey: DeriveKey; readonly random: RandomBytes },
): Promise<Wrap> => {
  const salt = random(saltLength);
  const key = await deriveKey(passphrase, salt, parameters);
  const { memoryKiB, iterations, lanes } = parameters;
  const encoded = concat(Uint8Array.of(argon2idAlgorithm), uint32(memoryKiB), uint32(iterations), Uint8Array.of(lanes));
  return seal(secret, passphraseType, key, encoded, salt, random);
};

/** @throws CryptoError `wrong_passphrase`, `malformed_envelope`, `unsupported_envelope` */
export const openByPassphrase = async (
  envelope: Envelope,
  { body }: Wrap,
  passphrase: string,
  deriveKey: DeriveKey,
): Promise<VaultSecret> => {
  if (body[0] !== argon2idAlgorithm) throw new CryptoError('unsupported_envelope');
  const parts = cut(body, parametersLength);
  const parameters = { memoryKiB: readUint32(body, 1), iterations: readUint32(body, 5), lanes: body[9] ?? 0 };
  if (!isSane(parameters)) throw new CryptoError('malformed_envelope');
  const key = await deriveKey(passphrase, parts.salt, parameters);
  const secret = open(envelope, passphraseType, key, parts);
  if (!secret) throw new CryptoError('wrong_passphrase');
  return secret;
};

export const wrapByRecoveryCode = (secret: VaultSecret, code: string, random: RandomBytes): Wrap => {
  const salt = random(saltLength);
  return seal(secret, recoveryType, recoveryKeyOf(code, salt), new Uint8Array(), salt, random);
};

/** @throws CryptoError `mistyped_recovery_code`, `wrong_recovery_code`, `malformed_envelope` */
export const openByRecoveryCode = (envelope: Envelope, { body }: Wrap, code: string): VaultSecret => {
  const parts = cut(body, 0);
  const secret = open(envelope, recoveryType, recoveryKeyOf(code, parts.salt), parts);
  if (!secret) throw new CryptoError('wrong_recovery_code');
  return secret;
};
