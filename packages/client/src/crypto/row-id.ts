import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { prefixed } from './associated-data.js';
import { toBase64url } from './base64url.js';
import { concat, toUtf8 } from './bytes.js';
import type { VaultSecret } from './vault.js';

/** The row id that a server sees in place of the real one: 32 characters, the same on every device. */
export const hideRowId = ({ rowIdKey }: Pick<VaultSecret, 'rowIdKey'>, table: string, rowId: string): string =>
  toBase64url(
    hmac(sha256, rowIdKey, concat(toUtf8('synckeep/1/row-id'), prefixed(table), prefixed(rowId))).subarray(0, 24),
  );
