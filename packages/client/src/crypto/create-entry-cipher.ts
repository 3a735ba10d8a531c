import { decrypt, encrypt, nonceLength, tagLength } from './aead.js';
import { entryAssociatedData } from './associated-data.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { concat, isWellFormed, readUint32 } from './bytes.js';
import type {
  ChangeOp,
  OpenedChange,
  PlainChange,
  ReceivedChange,
  ResealedChange,
  SealedChange,
  VaultCipher,
} from './entry-cipher.js';
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

type RowChange = Parameters<typeof entryAssociatedData>[2];
type Refused = OpenedChange & { readonly ok: false };

interface OpenedBytes {
  readonly ok: true;
  readonly change: RowChange;
  readonly plaintext: Uint8Array;
}

const malformed: Refused = { ok: false, reason: 'malformed' };
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
): VaultCipher => {
  const { vaultId } = newest;
  const toEntryKey = (secret: VaultSecret) => {
    const keyId = keyIdOf(secret);
    return { key: entryKeyOf(secret), head: concat(Uint8Array.of(version), keyId), name: readUint32(keyId, 0) };
  };
  const current = toEntryKey(newest);
  const keysByName = new Map([...older.map(toEntryKey), current].map((key) => [key.name, key]));

  const sealBytes = (change: RowChange, plaintext: Uint8Array): string => {
    const nonce = random(nonceLength);
    const sealed = encrypt(current.key, nonce, entryAssociatedData(current.head, vaultId, change), plaintext);
    return toBase64url(concat(current.head, nonce, sealed));
  };

  const seal = ({ table, rowId, op, value }: PlainChange): SealedChange => {
    const sentId = hideRowIds ? hideRowId(newest, table, rowId) : rowId;
    const plaintext = encodeEntry({ value, rowId: hideRowIds ? rowId : null }, pad);
    return { rowId: sentId, data: sealBytes({ table, rowId: sentId, op }, plaintext) };
  };

  const openBytes = ({ table, row_id, op, data }: ReceivedChange): OpenedBytes | Refused => {
    const bytes = data === null ? null : fromBase64url(data);
    const name = keyNameIn(bytes);
    const knownOp = toOp(op);
    if (bytes === null || name === null || knownOp === undefined || ![table, row_id].every(isWellFormed)) {
      return malformed;
    }
    const used = keysByName.get(name);
    if (used === undefined) return { ok: false, reason: 'unknown_key' };
    const change = { table, rowId: row_id, op: knownOp };
    const nonce = bytes.subarray(headLength, headLength + nonceLength);
    const sealed = bytes.subarray(headLength + nonceLength);
    const plaintext = decrypt(used.key, nonce, entryAssociatedData(used.head, vaultId, change), sealed);
    return plaintext === null ? { ok: false, reason: 'tampered' } : { ok: true, change, plaintext };
  };

  const open = (received: ReceivedChange): OpenedChange => {
    const opened = openBytes(received);
    if (!opened.ok) return opened;
    const entry = decodeEntry(opened.plaintext);
    return entry === null ? malformed : { ok: true, rowId: entry.rowId ?? received.row_id, value: entry.value };
  };

  const reseal = (received: ReceivedChange): ResealedChange => {
    const opened = openBytes(received);
    return opened.ok ? { ok: true, data: sealBytes(opened.change, opened.plaintext) } : opened;
  };

  return {
    sealAll: async (changes) => changes.map(seal),
    openAll: async (changes) => changes.map(open),
    resealAll: async (changes) => changes.map(reseal),
  };
};
