import { Refusal } from '../refusal.js';

/** What keeps others from reading a backup. `null`: nothing does. */
export interface Cipher {
  seal(plain: Uint8Array): Promise<Uint8Array>;
  /** @throws WrongKeyError when it was sealed for somebody else, and whatever is thrown for bytes that were changed. */
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

/** With what a person says that a backup is sealed and opened. */
export interface BackupKeys {
  /** Of age: `age1…`. */
  readonly recipients: readonly string[];
  /** Of age: `AGE-SECRET-KEY-1…`. */
  readonly identities: readonly string[];
  readonly passphrase: string | null;
}

export class WrongKeyError extends Refusal {}

// Only here: nothing else needs it.
const load = () => import('age-encryption');

/** What a place for a passphrase keeps: a key of its own, sealed with the passphrase once, as age writes such files. */
export interface SealedKey {
  readonly identity: string;
  readonly sealed: Uint8Array;
}

export const createSealedKey = async (passphrase: string): Promise<SealedKey> => {
  const { Encrypter, generateX25519Identity } = await load();
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return { identity, sealed: await encrypter.encrypt(`${identity}\n`) };
};

/** @throws WrongKeyError */
export const openSealedKey = async (sealed: Uint8Array, passphrase: string): Promise<string> => {
  const { Decrypter } = await load();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return (await decrypter.decrypt(sealed, 'text')).trim();
  } catch (error) {
    throw new WrongKeyError('The passphrase is not the one that this place was made with.', { cause: error });
  }
};

/** The recipient that an identity opens for. @throws Refusal when it is none. */
export const recipientOf = async (identity: string): Promise<string> => {
  const { identityToRecipient } = await load();
  try {
    return await identityToRecipient(identity);
  } catch (error) {
    throw new Refusal('The identity is none of age: it begins with AGE-SECRET-KEY-1.', { cause: error });
  }
};

/**
 * Seals for every recipient and opens with any of the identities, in the format of age.
 * @throws Refusal when a recipient or an identity is none.
 */
export const createCipher = async (recipients: readonly string[], identities: readonly string[]): Promise<Cipher> => {
  const { Decrypter, Encrypter } = await load();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      throw new Refusal(`${recipient} is no recipient of age: it begins with age1.`, { cause: error });
    }
  }
  const decrypter = new Decrypter();
  for (const identity of identities) {
    await recipientOf(identity);
    decrypter.addIdentity(identity);
  }
  return {
    seal: (plain) => encrypter.encrypt(plain),
    async open(sealed) {
      if (identities.length === 0) {
        throw new WrongKeyError(
          'This backup is encrypted: say which identity of age opens it with --age-identity-file.',
        );
      }
      try {
        return await decrypter.decrypt(sealed);
      } catch (error) {
        if (!(error instanceof Error && /no identity matched/i.test(error.message))) throw error;
        throw new WrongKeyError('No identity that was given opens this backup.', { cause: error });
      }
    },
  };
};
