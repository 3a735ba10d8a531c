import { decrypt, encrypt, nonceLength, tagLength } from './aead.js';
import { entryAssociatedData } from './associated-data.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { concat, isWellFormed, readUint32 } from './bytes.js';
import type { ChangeOp, EntryCipher, OpenedChange, PlainChange, ReceivedChange, SealedChange } from './entry-cipher.js';
import { decodeEntry, encodeEntry } from './entry-plaintext.js';
import { type RandomBytes, secureRandom } from './random.js';
import { hideRowId } from './row-id.js';
import { entryKeyOf, keyIdOf, type VaultSecret } from './vault.js';

export interface EntryCipherOptions {
  /** The server sees a keyed hash in place of each row id. Decide once for an app: it changes what a row is called. */
  readonly hideRowIds?: boolean;
  /** Pads each entry by PADMÉ, so that its size says little; up to 12 % more bytes. */
  readonly pad?: boolean;
}

const version = 1;
const headLength = 5;

const malformed: OpenedChange = { ok: false, reason: 'malformed' };
const ops: Readonly<Record<string, ChangeOp>> = { insert: 'insert', update: 'update', delete: 'delete' };
const toOp = (op: string): ChangeOp | undefined =>
  Object.hasOwn(ops, op.toLowerCase()) ? ops[op.toLowerCase()] : undefined;

/** The name of the key that a ciphertext was made with, as a number; null for what is no ciphertext of ours. */
const keyNameIn = (bytes: Uint8Array | null): number | null =>
  bytes !== null && bytes[0] === version && bytes.length > headLength + nonceLength + tagLength
    ? readUint32(bytes, 1)
    : null;

/**
 * The cipher of a vault, on this thread.
 * @param secrets The newest first: entries are written under that one and read under any. All are of one vault.
 */
export const createEntryCipher = (
  [newest, ...older]: readonly [VaultSecret, ...VaultSecret[]],
  { hideRowIds = false, pad = false }: EntryCipherOptions = {},
  random: RandomBytes = secureRandom,
): EntryCipher => {
  const { vaultId } = newest;
  const toEntryKey = (secret: VaultSecret) => {
    const keyId = keyIdOf(secret);
    return { key: entryKeyOf(secret), head: concat(Uint8Array.of(version), keyId), name: readUint32(keyId, 0) };
  };
  const current = toEntryKey(newest);
  const keysByName = new Map([...older.map(toEntryKey), current].map((key) => [key.name, key]));

  const seal = ({ table, rowId, op, value }: PlainChange): SealedChange => {
    const sentId = hideRowIds ? hideRowId(newest, table, rowId) : rowId;
    const nonce = random(nonceLength);
    const bound = entryAssociatedData(current.head, vaultId, { table, rowId: sentId, op });
    const plaintext = encodeEntry({ value, rowId: hideRowIds ? rowId : null }, pad);
    const sealed = encrypt(current.key, nonce, bound, plaintext);
    return { rowId: sentId, data: toBase64url(concat(current.head, nonce, sealed)) };
  };

  const open = ({ table, row_id, op, data }: ReceivedChange): OpenedChange => {
    const bytes = data === null ? null : fromBase64url(data);
    const name = keyNameIn(bytes);
    const knownOp = toOp(op);
    if (bytes === null || name === null || knownOp === undefined || !isWellFormed(table + row_id)) return malformed;
    const used = keysByName.get(name);
    if (used === undefined) return { ok: false, reason: 'unknown_key' };
    const bound = entryAssociatedData(used.head, vaultId, { table, rowId: row_id, op: knownOp });
    const nonce = bytes.subarray(headLength, headLength + nonceLength);
    const plaintext = decrypt(used.key, nonce, bound, bytes.subarray(headLength + nonceLength));
    if (plaintext === null) return { ok: false, reason: 'tampered' };
    const entry = decodeEntry(plaintext);
    return entry === null ? malformed : { ok: true, rowId: entry.rowId ?? row_id, value: entry.value };
  };

  return {
    sealAll: async (changes) => changes.map(seal),
    openAll: async (changes) => changes.map(open),
  };
};
