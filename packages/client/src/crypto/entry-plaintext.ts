import { prefixed } from './associated-data.js';
import { concat, fromUtf8, readUint32, uint32 } from './bytes.js';
import { padmeLength } from './padme.js';

/** What is inside a ciphertext. */
export interface EntryPlaintext {
  readonly value: Uint8Array | null;
  /** The real row id where the server sees a hidden one. */
  readonly rowId: string | null;
}

const hasValue = 1;
const hasRowId = 2;

/** Flags, the row id behind its length if there is one, the value behind its length if there is one, zeros. */
export const encodeEntry = ({ value, rowId }: EntryPlaintext, isPadded: boolean): Uint8Array => {
  const parts: Uint8Array[] = [Uint8Array.of((value === null ? 0 : hasValue) | (rowId === null ? 0 : hasRowId))];
  if (rowId !== null) parts.push(prefixed(rowId));
  if (value !== null) parts.push(uint32(value.length), value);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (isPadded) parts.push(new Uint8Array(padmeLength(length) - length));
  return concat(...parts);
};

/** null for bytes that `encodeEntry` does not make: whoever had the key made a mistake. */
export const decodeEntry = (bytes: Uint8Array): EntryPlaintext | null => {
  const flags = bytes[0] ?? 0xff;
  if (flags > (hasValue | hasRowId)) return null;
  let at = 1;
  const take = (): Uint8Array | null => {
    const start = at + 4;
    const end = start <= bytes.length ? start + readUint32(bytes, at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) return null;
    at = end;
    return bytes.slice(start, end);
  };
  const rowId = flags & hasRowId ? take() : undefined;
  const value = flags & hasValue && rowId !== null ? take() : undefined;
  if (rowId === null || value === null || bytes.subarray(at).some((byte) => byte !== 0)) return null;
  const text = rowId && fromUtf8(rowId);
  return text === null ? null : { rowId: text ?? null, value: value ?? null };
};
