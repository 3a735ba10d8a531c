// docs/crypto.md written a second time, from the document and on other libraries: node:crypto and @node-rs/argon2 in
// place of noble and hash-wasm, HChaCha20 by hand. It shares no code with src, so that an error cannot hide in both.
import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { hashRawSync } from '@node-rs/argon2';

// The library names these by const enums, which a single file cannot import.
const argon2id = 2;
const version13 = 1;

const hkdf = (key: Buffer, salt: Buffer, info: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length));

const rotate = (value: number, bits: number): number => ((value << bits) | (value >>> (32 - bits))) >>> 0;

const quarter = (s: Uint32Array, a: number, b: number, c: number, d: number): void => {
  const at = (n: number): number => s[n] ?? 0;
  for (const [x, y, z, bits] of [
    [a, b, d, 16],
    [c, d, b, 12],
    [a, b, d, 8],
    [c, d, b, 7],
  ] as const) {
    s[x] = at(x) + at(y);
    s[z] = rotate(at(z) ^ at(x), bits);
  }
};

const hchacha20 = (key: Buffer, nonce: Buffer): Buffer => {
  const s = new Uint32Array(16);
  Buffer.from('expand 32-byte k').forEach((_, n, text) => {
    if (n % 4 === 0) s[n / 4] = text.readUInt32LE(n);
  });
  for (let n = 0; n < 8; n++) s[4 + n] = key.readUInt32LE(4 * n);
  for (let n = 0; n < 4; n++) s[12 + n] = nonce.readUInt32LE(4 * n);
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < 4; n++) quarter(s, n, 4 + n, 8 + n, 12 + n);
    for (let n = 0; n < 4; n++) quarter(s, n, 4 + ((n + 1) % 4), 8 + ((n + 2) % 4), 12 + ((n + 3) % 4));
  }
  const out = Buffer.alloc(32);
  [0, 1, 2, 3, 12, 13, 14, 15].forEach((word, n) => {
    out.writeUInt32LE(s[word] ?? 0, 4 * n);
  });
  return out;
};

/** @throws when the tag does not fit */
const openAead = (key: Buffer, nonce: Buffer, associated: Buffer, sealed: Buffer): Buffer => {
  const subkey = hchacha20(key, nonce.subarray(0, 16));
  const inner = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
  const decipher = createDecipheriv('chacha20-poly1305', subkey, inner, { authTagLength: 16 });
  const text = sealed.subarray(0, -16);
  decipher.setAAD(associated, { plaintextLength: text.length });
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(text), decipher.final()]);
};

const withLength = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

export interface OtherVault {
  readonly vaultId: Buffer;
  readonly masterKey: Buffer;
}

export const otherEntryKey = ({ masterKey, vaultId }: OtherVault): Buffer =>
  hkdf(masterKey, vaultId, 'synckeep/1/entry', 32);
export const otherKeyId = ({ masterKey, vaultId }: OtherVault): Buffer =>
  hkdf(masterKey, vaultId, 'synckeep/1/key-id', 4);
export const otherRowIdKey = ({ masterKey, vaultId }: OtherVault): Buffer =>
  hkdf(masterKey, vaultId, 'synckeep/1/row-id', 32);

export const otherHiddenRowId = (rowIdKey: Buffer, table: string, rowId: string): string =>
  createHmac('sha256', rowIdKey)
    .update('synckeep/1/row-id')
    .update(withLength(table))
    .update(withLength(rowId))
    .digest()
    .subarray(0, 24)
    .toString('base64url');

export const otherOpenEntry = (vault: OtherVault, table: string, rowId: string, op: string, data: string) => {
  const bytes = Buffer.from(data, 'base64url');
  const head = bytes.subarray(0, 5);
  if (head[0] !== 1 || !head.subarray(1).equals(otherKeyId(vault))) throw new Error('Another version or key.');
  const associated = Buffer.concat([
    Buffer.from('synckeep/1/entry'),
    head,
    vault.vaultId,
    ...[table, rowId, op].map(withLength),
  ]);
  const plain = openAead(otherEntryKey(vault), bytes.subarray(5, 29), associated, bytes.subarray(29));
  let rest = plain.subarray(1);
  const take = (): Buffer => {
    const end = 4 + rest.readUInt32BE();
    const taken = rest.subarray(4, end);
    rest = rest.subarray(end);
    return taken;
  };
  const flags = plain[0] ?? 0;
  const realId = flags & 2 ? take().toString() : rowId;
  const value = flags & 1 ? take() : null;
  return { associated, rowId: realId, value, plainLength: plain.length, padding: rest.length };
};

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const otherRecoverySecret = (code: string): Buffer => {
  const number = [...code.replaceAll('-', '')].reduce((sum, each) => sum * 32n + BigInt(crockford.indexOf(each)), 0n);
  const secret = Buffer.from((number >> 20n).toString(16).padStart(40, '0'), 'hex');
  const digest = createHash('sha256').update('synckeep/1/recovery-check').update(secret).digest();
  if (BigInt(digest.readUIntBE(0, 3) >> 4) !== (number & 0xfffffn)) throw new Error('Mistyped.');
  return secret;
};

/** Master key and row id key in an envelope, through the wrap of this type. */
export const otherOpenEnvelope = (text: string, type: 1 | 2, credential: string) => {
  const bytes = Buffer.from(text, 'base64url');
  const head = bytes.subarray(0, 21);
  for (let at = 21; at < bytes.length; ) {
    const body = bytes.subarray(at + 3, at + 3 + bytes.readUInt16BE(at + 1));
    if (bytes[at] !== type) {
      at += 3 + body.length;
      continue;
    }
    const parameters = body.subarray(0, type === 1 ? 10 : 0);
    const salt = body.subarray(parameters.length, parameters.length + 32);
    const nonce = body.subarray(parameters.length + 32, parameters.length + 56);
    const key =
      type === 1
        ? hashRawSync(credential.normalize('NFC'), {
            algorithm: argon2id,
            version: version13,
            memoryCost: parameters.readUInt32BE(1),
            timeCost: parameters.readUInt32BE(5),
            parallelism: parameters[9] ?? 0,
            outputLen: 32,
            salt,
          })
        : hkdf(otherRecoverySecret(credential), salt, 'synckeep/1/recovery', 32);
    const associated = Buffer.concat([Buffer.from('synckeep/1/wrap'), head, Buffer.of(type), parameters, salt]);
    const secret = openAead(key, nonce, associated, body.subarray(parameters.length + 56));
    return {
      vaultId: head.subarray(1, 17),
      keyId: head.subarray(17),
      masterKey: secret.subarray(0, 32),
      rowIdKey: secret.subarray(32),
      parameters: parameters.toString('hex'),
    };
  }
  throw new Error('The envelope has no such wrap.');
};

export const otherDecryptBlob = (key: Buffer, ciphertext: Buffer): Buffer => {
  const associated = Buffer.from('synckeep/1/blob\u0001');
  const chunks: Buffer[] = [];
  for (let at = 20; at < ciphertext.length; at += 65_552) {
    const tail = Buffer.alloc(5);
    tail.writeUInt32BE(chunks.length);
    tail.writeUInt8(at + 65_552 >= ciphertext.length ? 1 : 0, 4);
    const nonce = Buffer.concat([ciphertext.subarray(1, 20), tail]);
    chunks.push(openAead(key, nonce, associated, ciphertext.subarray(at, at + 65_552)));
  }
  return Buffer.concat(chunks);
};
