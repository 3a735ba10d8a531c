import { type Argon2Parameters, argon2id, type DeriveKey, standardParameters } from './argon2.js';
import { isEqual } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { type Envelope, parseEnvelope, toText, type Wrap } from './envelope-format.js';
import { type RandomBytes, secureRandom } from './random.js';
import { keyIdOf, type VaultSecret } from './vault.js';
import {
  openByPassphrase,
  openByRecoveryCode,
  passphraseType,
  recoveryType,
  wrapByPassphrase,
  wrapByRecoveryCode,
} from './wrap.js';

/** What somebody types to open an envelope. */
export type Credential = { readonly passphrase: string } | { readonly recoveryCode: string };

/** What a new envelope can be opened with. */
export interface Credentials {
  readonly passphrase: string;
  /** One made by `createRecoveryCode`; null: whoever forgets the passphrase has lost everything. */
  readonly recoveryCode: string | null;
}

export interface EnvelopeOptions {
  /** Where Argon2 runs; on this thread by default. */
  readonly deriveKey?: DeriveKey;
  /** Of the wraps made from now on. An envelope carries its own. */
  readonly parameters?: Argon2Parameters;
  readonly random?: RandomBytes;
}

const complete = (options: EnvelopeOptions): Required<EnvelopeOptions> => ({
  deriveKey: argon2id,
  parameters: standardParameters,
  random: secureRandom,
  ...options,
});

const wrapOf = ({ wraps }: Envelope, type: number): Wrap | undefined => wraps.find((wrap) => wrap.type === type);

/** The same envelope with another wrap of a type, or without one. */
const withWrap = ({ wraps, ...rest }: Envelope, type: number, wrap: Wrap | null): Envelope => ({
  ...rest,
  wraps: [...wraps.filter((each) => each.type !== type), ...(wrap ? [wrap] : [])].sort((a, b) => a.type - b.type),
});

/** Makes the text that a server may keep. */
export const sealEnvelope = async (
  secret: VaultSecret,
  { passphrase, recoveryCode }: Credentials,
  options: EnvelopeOptions = {},
): Promise<string> => {
  const { parameters, ...means } = complete(options);
  const wraps = [await wrapByPassphrase(secret, passphrase, parameters, means)];
  if (recoveryCode !== null) wraps.push(wrapByRecoveryCode(secret, recoveryCode, means.random));
  return toText({ vaultId: secret.vaultId, keyId: keyIdOf(secret), wraps });
};

/**
 * Opens an envelope. One that was changed cannot be told from a wrong passphrase.
 * @throws CryptoError `wrong_passphrase`, `wrong_recovery_code`, `mistyped_recovery_code`, `no_recovery_code`,
 * `malformed_envelope`, `unsupported_envelope`
 */
export const openEnvelope = async (
  text: string,
  credential: Credential,
  options: EnvelopeOptions = {},
): Promise<VaultSecret> => {
  const envelope = parseEnvelope(text);
  const secret = await openWrap(envelope, credential, complete(options).deriveKey);
  if (!isEqual(keyIdOf(secret), envelope.keyId)) throw new CryptoError('malformed_envelope');
  return secret;
};

const openWrap = async (envelope: Envelope, credential: Credential, deriveKey: DeriveKey): Promise<VaultSecret> => {
  if ('recoveryCode' in credential) {
    const wrap = wrapOf(envelope, recoveryType);
    if (!wrap) throw new CryptoError('no_recovery_code');
    return openByRecoveryCode(envelope, wrap, credential.recoveryCode);
  }
  const wrap = wrapOf(envelope, passphraseType);
  if (!wrap) throw new CryptoError('malformed_envelope');
  return openByPassphrase(envelope, wrap, credential.passphrase, deriveKey);
};

/** What an envelope says of itself. A server can write anything here; only opening it proves it. */
export const describeEnvelope = (
  text: string,
): { readonly vaultId: Uint8Array; readonly keyId: Uint8Array; readonly hasRecoveryCode: boolean } => {
  const envelope = parseEnvelope(text);
  return {
    vaultId: envelope.vaultId,
    keyId: envelope.keyId,
    hasRecoveryCode: wrapOf(envelope, recoveryType) !== undefined,
  };
};

/** @throws CryptoError `malformed_envelope` when the envelope is not one of this secret */
const parseOwn = (text: string, secret: VaultSecret): Envelope => {
  const envelope = parseEnvelope(text);
  if (!isEqual(envelope.vaultId, secret.vaultId) || !isEqual(envelope.keyId, keyIdOf(secret))) {
    throw new CryptoError('malformed_envelope');
  }
  return envelope;
};

/** The envelope with a new passphrase; its recovery code stays good. */
export const replacePassphrase = async (
  text: string,
  secret: VaultSecret,
  passphrase: string,
  options: EnvelopeOptions = {},
): Promise<string> => {
  const { parameters, ...means } = complete(options);
  const envelope = parseOwn(text, secret);
  return toText(withWrap(envelope, passphraseType, await wrapByPassphrase(secret, passphrase, parameters, means)));
};

/** The envelope with a new recovery code, or with none; its passphrase stays good. */
export const replaceRecoveryCode = (
  text: string,
  secret: VaultSecret,
  recoveryCode: string | null,
  options: EnvelopeOptions = {},
): string => {
  const { random } = complete(options);
  const wrap = recoveryCode === null ? null : wrapByRecoveryCode(secret, recoveryCode, random);
  return toText(withWrap(parseOwn(text, secret), recoveryType, wrap));
};
