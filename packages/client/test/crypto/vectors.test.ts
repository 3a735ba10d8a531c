import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEntryCipher } from '../../src/crypto/create-entry-cipher.js';
import {
  createBlobDecryption,
  createBlobEncryption,
  hideRowId,
  openEnvelope,
  type VaultSecret,
} from '../../src/crypto/index.js';
import { padmeLength } from '../../src/crypto/padme.js';
import { makeVectors, toHex } from './make-vectors.js';
import {
  type OtherVault,
  otherDecryptBlob,
  otherEntryKey,
  otherHiddenRowId,
  otherKeyId,
  otherOpenEntry,
  otherOpenEnvelope,
  otherRecoverySecret,
  otherRowIdKey,
} from './other-implementation.js';
import { collect, fill, streamOf } from './streams.js';

type Vectors = Awaited<ReturnType<typeof makeVectors>>;
const path = new URL('../vectors.json', import.meta.url);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

let vectors: Vectors;
const vaultOf = (name: string): VaultSecret & OtherVault => {
  const vault = name === 'first' ? vectors.vaults.first : vectors.vaults.rotated;
  return { vaultId: hex(vault.vault_id), masterKey: hex(vault.master_key), rowIdKey: hex(vault.row_id_key) };
};

describe('vectors.json', () => {
  beforeAll(() => {
    vectors = JSON.parse(readFileSync(path, 'utf8'));
  });

  test('is what this code makes (npx vitest run packages/client/test/crypto/vectors.test.ts -u writes it)', async () => {
    await expect(`${JSON.stringify(await makeVectors(), null, 2)}\n`).toMatchFileSnapshot('../vectors.json');
  });

  test('keys are derived as another implementation derives them', () => {
    for (const name of ['first', 'rotated'] as const) {
      const expected = vectors.vaults[name];
      expect(toHex(otherEntryKey(vaultOf(name)))).toBe(expected.entry_key);
      expect(toHex(otherKeyId(vaultOf(name)))).toBe(expected.key_id);
    }
    expect(toHex(otherRowIdKey(vaultOf('first')))).toBe(vectors.vaults.first.row_id_key);
    expect(vectors.vaults.rotated.row_id_key).toBe(vectors.vaults.first.row_id_key);
  });

  test('entries are opened by another implementation', () => {
    for (const { vault, table, row_id, sent_row_id, op, value, associated_data, data } of vectors.entries) {
      const opened = otherOpenEntry(vaultOf(vault), table, sent_row_id, op, data);
      expect(toHex(opened.associated)).toBe(associated_data);
      expect(opened.rowId).toBe(row_id);
      expect(opened.value && toHex(opened.value)).toBe(value);
      if (opened.padding > 0) expect(padmeLength(opened.plainLength)).toBe(opened.plainLength);
    }
  });

  test('entries are opened, and the others refused, by this one', async () => {
    const cipher = createEntryCipher([vaultOf('rotated'), vaultOf('first')]);
    const received = vectors.entries.map(({ sent_row_id, ...rest }) => ({ ...rest, row_id: sent_row_id }));
    expect(await cipher.openAll(received)).toEqual(
      vectors.entries.map(({ row_id, value }) => ({
        ok: true,
        rowId: row_id,
        value: value === null ? null : new Uint8Array(hex(value)),
      })),
    );
    expect(await cipher.openAll(vectors.refused_entries)).toEqual(
      vectors.refused_entries.map(({ reason }) => ({ ok: false, reason })),
    );
  });

  test('row ids are hidden alike', () => {
    for (const { table, row_id, hidden } of vectors.hidden_row_ids) {
      const vault = vaultOf('rotated');
      expect(hideRowId(vault, table, row_id)).toBe(hidden);
      expect(otherHiddenRowId(hex(vectors.vaults.first.row_id_key), table, row_id)).toBe(hidden);
    }
  });

  test('envelopes are opened by both', async () => {
    for (const { vault, passphrase, recovery_code, text } of vectors.envelopes) {
      const { master_key, row_id_key, vault_id, key_id } = vectors.vaults[vault === 'first' ? 'first' : 'rotated'];
      expect(toHex((await openEnvelope(text, { passphrase })).masterKey)).toBe(master_key);
      const opened = [otherOpenEnvelope(text, 1, passphrase)];
      if (recovery_code !== null) {
        expect(toHex((await openEnvelope(text, { recoveryCode: recovery_code })).masterKey)).toBe(master_key);
        opened.push(otherOpenEnvelope(text, 2, recovery_code));
      }
      for (const { masterKey, rowIdKey, vaultId, keyId } of opened) {
        expect([masterKey, rowIdKey, vaultId, keyId].map(toHex)).toEqual([master_key, row_id_key, vault_id, key_id]);
      }
    }
  });

  test('the first envelope has the standard parameters: 64 MiB, 3 iterations, 1 lane', () => {
    const [first] = vectors.envelopes;
    expect(otherOpenEnvelope(first?.text ?? '', 1, first?.passphrase ?? '').parameters).toBe('01000100000000000301');
  });

  test('the recovery code is read by another implementation', () => {
    expect(toHex(otherRecoverySecret(vectors.recovery_code.code))).toBe(vectors.recovery_code.secret);
  });

  test('blobs are decrypted by both', async () => {
    for (const { key, prefix, length, encrypted_length, sha256, ciphertext } of vectors.blobs) {
      const bytes = await collect(streamOf(fill(length)).pipeThrough(createBlobEncryption(hex(key), hex(prefix))));
      expect(bytes).toHaveLength(encrypted_length);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      if (ciphertext !== undefined) expect(toHex(bytes)).toBe(ciphertext);
      expect(otherDecryptBlob(hex(key), Buffer.from(bytes)).equals(fill(length))).toBe(true);
      const decrypted = await collect(streamOf(bytes, 4096).pipeThrough(createBlobDecryption(hex(key))));
      expect(Buffer.from(decrypted).equals(fill(length))).toBe(true);
    }
  });
});
