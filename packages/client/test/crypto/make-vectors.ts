import { createSeededRandom } from '@synckeep/testing';
import { entryAssociatedData } from '../../src/crypto/associated-data.js';
import { fromBase64url } from '../../src/crypto/base64url.js';
import { concat } from '../../src/crypto/bytes.js';
import { createEntryCipher, type EntryCipherOptions } from '../../src/crypto/create-entry-cipher.js';
import {
  createBlobEncryption,
  createRecoveryCode,
  createVaultSecret,
  hideRowId,
  type PlainChange,
  rotateVaultSecret,
  sealEnvelope,
  type VaultSecret,
} from '../../src/crypto/index.js';
import { padmeLength } from '../../src/crypto/padme.js';
import { parseRecoveryCode } from '../../src/crypto/recovery-code.js';
import { entryKeyOf, keyIdOf } from '../../src/crypto/vault.js';
import { collect, fill, streamOf } from './streams.js';

const random = createSeededRandom(5).bytes;
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const vault = createVaultSecret(random);
const rotated = rotateVaultSecret(vault, random);

const describeVault = (secret: VaultSecret) => ({
  vault_id: toHex(secret.vaultId),
  master_key: toHex(secret.masterKey),
  row_id_key: toHex(secret.rowIdKey),
  entry_key: toHex(entryKeyOf(secret)),
  key_id: toHex(keyIdOf(secret)),
});

const makeEntry = async (change: PlainChange, options: EntryCipherOptions = {}, secret = vault) => {
  const [sealed] = await createEntryCipher([secret], options, random).sealAll([change]);
  if (!sealed) throw new Error('Nothing was sealed.');
  const head = concat(Uint8Array.of(1), keyIdOf(secret));
  const bound = entryAssociatedData(head, secret.vaultId, { ...change, rowId: sealed.rowId });
  return {
    vault: secret === vault ? 'first' : 'rotated',
    table: change.table,
    row_id: change.rowId,
    sent_row_id: sealed.rowId,
    op: change.op,
    value: change.value && toHex(change.value),
    associated_data: toHex(bound),
    data: sealed.data,
  };
};

const makeBlob = async (length: number) => {
  const key = random(32);
  const prefix = random(19);
  const ciphertext = await collect(streamOf(fill(length), 10_000).pipeThrough(createBlobEncryption(key, prefix)));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', ciphertext));
  return {
    key: toHex(key),
    prefix: toHex(prefix),
    length,
    encrypted_length: ciphertext.length,
    sha256: toHex(digest),
    ...(length <= 100 && { ciphertext: toHex(ciphertext) }),
  };
};

const makeEnvelope = async (passphrase: string, recoveryCode: string | null, secret: VaultSecret, full: boolean) => ({
  vault: secret === vault ? 'first' : 'rotated',
  passphrase,
  recovery_code: recoveryCode,
  text: await sealEnvelope(
    secret,
    { passphrase, recoveryCode },
    { random, ...(!full && { parameters: { memoryKiB: 16_384, iterations: 2, lanes: 1 } }) },
  ),
});

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Everything that docs/crypto.md specifies, by example. The same on every run. */
export const makeVectors = async () => {
  const code = createRecoveryCode(random);
  const note: PlainChange = { table: 'notes', rowId: 'note-1', op: 'insert', value: text('{"title":"Milk"}') };
  const entries = [
    await makeEntry(note),
    await makeEntry({ ...note, op: 'update', value: text('') }),
    await makeEntry({ ...note, op: 'update', value: null }),
    await makeEntry({ ...note, op: 'delete', value: text('{"clock":"17"}') }),
    await makeEntry({ ...note, rowId: 'Zoë 🥛', value: text('é') }),
    await makeEntry(note, { pad: true }),
    await makeEntry({ ...note, value: fill(1000) }, { pad: true }),
    await makeEntry(note, { hideRowIds: true }),
    await makeEntry({ ...note, rowId: 'Zoë 🥛', op: 'delete', value: null }, { hideRowIds: true, pad: true }),
    await makeEntry(note, {}, rotated),
    await makeEntry(note, { hideRowIds: true }, rotated),
  ];
  const data = entries[0]?.data ?? '';
  const change = { table: 'notes', row_id: 'note-1', op: 'insert', data };
  const flipped = fromBase64url(data) ?? new Uint8Array();
  flipped.set([(flipped.at(-1) ?? 0) ^ 1], flipped.length - 1);
  const otherVersion = fromBase64url(data) ?? new Uint8Array();
  otherVersion.set([2], 0);
  const otherKey = fromBase64url(data) ?? new Uint8Array();
  otherKey.set([0xff ^ (otherKey[1] ?? 0)], 1);
  const toData = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  return {
    about: 'Examples of docs/crypto.md. Bytes are in hex, except where the wire has base64url.',
    vaults: { first: describeVault(vault), rotated: describeVault(rotated) },
    entries,
    refused_entries: [
      { why: 'another table', ...change, table: 'tasks', reason: 'tampered' },
      { why: 'another row', ...change, row_id: 'note-2', reason: 'tampered' },
      { why: 'another op', ...change, op: 'delete', reason: 'tampered' },
      { why: 'the last bit flipped', ...change, data: toData(flipped), reason: 'tampered' },
      { why: 'cut off', ...change, data: data.slice(0, -4), reason: 'tampered' },
      { why: 'an unknown key', ...change, data: toData(otherKey), reason: 'unknown_key' },
      { why: 'an unknown version', ...change, data: toData(otherVersion), reason: 'malformed' },
      { why: 'shorter than any', ...change, data: data.slice(0, 60), reason: 'malformed' },
      { why: 'padded base64', ...change, data: `${data}=`, reason: 'malformed' },
      { why: 'no base64url', ...change, data: `+${data.slice(1)}`, reason: 'malformed' },
      { why: 'a delete without its tombstone', ...change, op: 'delete', data: null, reason: 'malformed' },
    ],
    hidden_row_ids: [
      ['notes', 'note-1'],
      ['tasks', 'note-1'],
      ['notes', 'Zoë 🥛'],
    ].map(([table = '', rowId = '']) => ({ table, row_id: rowId, hidden: hideRowId(vault, table, rowId) })),
    padme: [0, 1, 2, 7, 8, 9, 15, 17, 33, 100, 129, 1000, 1009, 4097, 65_537, 1_000_003, 5_000_000].map((length) => ({
      length,
      padded: padmeLength(length),
    })),
    recovery_code: { secret: toHex(parseRecoveryCode(code)), code },
    envelopes: [
      await makeEnvelope('correct horse battery staple', code, vault, true),
      await makeEnvelope('Zoe\u0308s Passwo\u0308rter', null, vault, false),
      await makeEnvelope('correct horse battery staple', code, rotated, false),
    ],
    blobs: [
      await makeBlob(0),
      await makeBlob(1),
      await makeBlob(100),
      await makeBlob(65_536),
      await makeBlob(65_537),
      await makeBlob(200_000),
    ],
  };
};
