import { createHash } from 'node:crypto';
import { z } from 'zod';
import { chainOf } from '../backend.js';
import { Refusal } from '../refusal.js';
import { type BackupKeys, type Cipher, createCipher, createSealedKey, openSealedKey, recipientOf } from './cipher.js';
import { damaged } from './damage.js';
import type { OpenedPlace } from './place.js';

/** Files of a place by their names. All of them are written once and never changed. */
export interface Repository {
  readonly shown: string;
  readonly isSealed: boolean;
  /** Writes a file that only the keys open. What is there stays. */
  put(key: string, plain: Uint8Array): Promise<void>;
  /** @throws DamageError when it is missing or cannot be opened. */
  get(key: string): Promise<Uint8Array>;
  /** The same for what everybody may read. */
  putClear(key: string, bytes: Uint8Array): Promise<void>;
  getClear(key: string): Promise<Uint8Array>;
  has(key: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Those that begin with `prefix`, in order of their bytes. */
  names(prefix: string): AsyncGenerator<string>;
}

const page = 1_000;
export const headerKey = 'repository';
const sealedKeyKey = 'identity';

/** The first file of a place. Whatever an older release could not read has another number. */
const headerSchema = z.strictObject({
  synckeep_backup: z.literal(1),
  encryption: z.enum(['none', 'age', 'passphrase']),
  /** Of age; of a place with a passphrase that of its own key. */
  recipients: z.array(z.string()),
});
type Header = z.infer<typeof headerSchema>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

type UsedPlace = Pick<OpenedPlace, 'store' | 'shown' | 'isRemote'>;

/** What keeps a bucket from giving a file: a line that broke, a right that is missing, an archive that is slow. */
const notGiven = (key: string, shown: string, error: unknown): Refusal => {
  const why = chainOf(error).at(-1);
  return new Refusal(
    `The file ${key} did not come to its end from ${shown} (${why?.name}: ${why?.message}). Whether it is damaged is not known: try again.`,
    { cause: error },
  );
};

const createFiles = ({ store, shown, isRemote }: UsedPlace) => ({
  async write(key: string, bytes: Uint8Array): Promise<void> {
    await store.write({ objectKey: key, sizeBytes: bytes.length, hash: sha256(bytes) }, once(bytes));
  },
  async read(key: string): Promise<Uint8Array | null> {
    const chunks = await store.read(key);
    if (!chunks) return null;
    const parts: Uint8Array[] = [];
    try {
      for await (const part of chunks) parts.push(part);
    } catch (error) {
      throw isRemote ? notGiven(key, shown, error) : damaged(key, 'cannot be read to its end', error);
    }
    return Buffer.concat(parts);
  },
});
type Files = ReturnType<typeof createFiles>;

const readHeader = async (files: Files): Promise<Header | null> => {
  const bytes = await files.read(headerKey);
  if (!bytes) return null;
  try {
    return headerSchema.parse(JSON.parse(decoder.decode(bytes)));
  } catch (error) {
    throw damaged(headerKey, 'is damaged, or of a newer release', error);
  }
};

const encryptionOf = ({ recipients, passphrase }: BackupKeys): Header['encryption'] => {
  if (recipients.length > 0 && passphrase !== null) {
    throw new Refusal('Encrypt to recipients of age or with a passphrase, not both.');
  }
  if (passphrase !== null) return 'passphrase';
  return recipients.length > 0 ? 'age' : 'none';
};

const initialize = async (files: Files, keys: BackupKeys): Promise<Header> => {
  const encryption = encryptionOf(keys);
  let recipients: readonly string[] = keys.recipients;
  if (encryption === 'age') await createCipher(recipients, []);
  if (keys.passphrase !== null && encryption === 'passphrase') {
    const { identity, sealed } = await createSealedKey(keys.passphrase);
    recipients = [await recipientOf(identity)];
    await files.write(sealedKeyKey, sealed);
  }
  const header: Header = { synckeep_backup: 1, encryption, recipients: [...recipients] };
  await files.write(headerKey, encoder.encode(`${JSON.stringify(header)}\n`));
  return header;
};

const said = {
  none: 'This place is not encrypted. Leave the keys out, or use another place.',
  age: 'This place is encrypted to other recipients of age: say the same ones, or use another place.',
  passphrase: 'This place is encrypted with a passphrase: say it with --passphrase-file, or use another place.',
} as const;

/** What is written must be readable for whoever the person says, and for nobody whom only the place names. */
const checkKeys = ({ encryption, recipients }: Header, keys: BackupKeys): void => {
  const isSame = encryption === encryptionOf(keys);
  const named = new Set(keys.recipients);
  const isSameAge =
    encryption !== 'age' || (named.size === recipients.length && recipients.every((each) => named.has(each)));
  if (!isSame || !isSameAge) throw new Refusal(said[encryption]);
};

const cipherOf = async (header: Header, keys: BackupKeys, files: Files): Promise<Cipher | null> => {
  if (header.encryption === 'none') return null;
  if (header.encryption === 'age') return createCipher(header.recipients, keys.identities);
  if (keys.passphrase === null) throw new Refusal(said.passphrase);
  const sealed = await files.read(sealedKeyKey);
  if (!sealed) throw damaged(sealedKeyKey, 'is missing');
  const identity = await openSealedKey(sealed, keys.passphrase);
  // Not the recipient of the header: only what the passphrase opens is known to be the place's own.
  return createCipher([await recipientOf(identity)], [identity]);
};

/**
 * @param use `write` makes a place that is empty, and needs the keys to be those that it was made with; `read` takes
 * what opens it; `look` opens nothing that is sealed.
 * @throws Refusal
 */
export const openRepository = async (
  place: UsedPlace,
  keys: BackupKeys,
  use: 'read' | 'write' | 'look',
): Promise<Repository> => {
  const { store, shown } = place;
  const files = createFiles(place);
  let header = await readHeader(files);
  if (!header) {
    if (use !== 'write') throw new Refusal(`There are no backups in ${shown}.`);
    const [other] = (await store.list('', 3)).filter(({ objectKey }) => objectKey !== sealedKeyKey);
    if (other) throw new Refusal(`There is something else in ${shown}: ${other.objectKey}. Use an empty place.`);
    await store.delete(sealedKeyKey);
    header = await initialize(files, keys);
  }
  if (use === 'write') checkKeys(header, keys);
  const cipher = use === 'look' ? null : await cipherOf(header, keys, files);
  const isSealed = header.encryption !== 'none';

  const getClear = async (key: string): Promise<Uint8Array> => {
    const bytes = await files.read(key);
    if (!bytes) throw damaged(key, 'is missing');
    return bytes;
  };

  return {
    shown,
    isSealed,
    putClear: (key, bytes) => files.write(key, bytes),
    getClear,
    async put(key, plain) {
      if (isSealed && !cipher) throw new Error('A place that was opened to look is not written.');
      await files.write(key, cipher ? await cipher.seal(plain) : plain);
    },
    async get(key) {
      const bytes = await getClear(key);
      if (!isSealed) return bytes;
      if (!cipher) throw new Error('A place that was opened to look is not read.');
      try {
        return await cipher.open(bytes);
      } catch (error) {
        throw error instanceof Refusal ? error : damaged(key, 'is damaged', error);
      }
    },
    async has(key) {
      // A size that no file has, so that none is read to tell its hash.
      return (await store.inspect(key, -1)) !== null;
    },
    delete: (key) => store.delete(key),
    async *names(prefix) {
      for (let after = prefix; ; ) {
        const found = await store.list(after, page);
        for (const { objectKey } of found) {
          if (!objectKey.startsWith(prefix)) return;
          yield objectKey;
        }
        after = found.at(-1)?.objectKey ?? '';
        if (found.length < page) return;
      }
    },
  };
};
