import { deriveKey, type Random, type Secret, type Secrets } from '@synckeep/core';

/** What is kept so that whoever reads the storage, but not the signing secrets, learns nothing of it. */
export interface Sealed {
  /** The id of the secret whose sub-key opens it. */
  readonly secretId: string;
  /** Nonce and AES-256-GCM ciphertext, in Base64. */
  readonly data: string;
}

const nonceBytes = 12;

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const toKey = (secret: Secret, usage: 'encrypt' | 'decrypt') =>
  crypto.subtle.importKey('raw', Uint8Array.from(deriveKey(secret, 'seal')), 'AES-GCM', false, [usage]);

/** @param place what `open` must say too: what was sealed for one place cannot be put into another. */
export const sealWith = async (secret: Secret, place: string, bytes: Uint8Array, random: Random): Promise<Sealed> => {
  const iv = Uint8Array.from(random.bytes(nonceBytes));
  const additionalData = new TextEncoder().encode(place);
  const key = await toKey(secret, 'encrypt');
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, Uint8Array.from(bytes));
  return { secretId: secret.id, data: toBase64(Uint8Array.from([...iv, ...new Uint8Array(ciphertext)])) };
};

/** null when this server has no such secret any more, or when it is not what was sealed for this place. */
export const openWith = async (
  secrets: readonly Secret[],
  place: string,
  { secretId, data }: Sealed,
): Promise<Uint8Array | null> => {
  const secret = secrets.find(({ id }) => id === secretId);
  if (secret === undefined) return null;
  const bytes = fromBase64(data);
  const iv = bytes.subarray(0, nonceBytes);
  const additionalData = new TextEncoder().encode(place);
  try {
    const key = await toKey(secret, 'decrypt');
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes.subarray(nonceBytes)),
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return null;
    throw error;
  }
};

/** The secret that seals. @throws when there is none */
export const newestOf = (secrets: Secrets): Secret => {
  const [secret] = secrets.list();
  if (secret === undefined) throw new Error('There is no secret to seal with: Secrets.list() is empty.');
  return secret;
};
