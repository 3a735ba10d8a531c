import { concat, toUtf8, uint32 } from './bytes.js';
import type { ChangeOp } from './entry-cipher.js';

/** A text behind its length, so that no two lists of texts have the same bytes. */
export const prefixed = (text: string): Uint8Array => {
  const bytes = toUtf8(text);
  return concat(uint32(bytes.length), bytes);
};

/** What a ciphertext is bound to: this vault and key, this row, and what is done to it. */
export const entryAssociatedData = (
  head: Uint8Array,
  vaultId: Uint8Array,
  { table, rowId, op }: { readonly table: string; readonly rowId: string; readonly op: ChangeOp },
): Uint8Array => concat(toUtf8('synckeep/1/entry'), head, vaultId, prefixed(table), prefixed(rowId), prefixed(op));
