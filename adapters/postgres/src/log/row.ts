import type { Op, StoredChange } from '@synckeep/core';

/** A row of a log as the functions and statements of this adapter answer it. */
export interface ChangeRow {
  readonly position: number;
  readonly device: number;
  readonly tag: number;
  readonly key_version: number | null;
  readonly op: number;
  readonly table_name: string;
  readonly row_id: string;
  readonly timestamp: string;
  readonly blobs: string | null;
  /** Of `data`, which may be left out of a row that does not fit any more; null: the change has none. */
  readonly bytes: number | null;
  readonly data: string | null;
}

const ops: readonly Op[] = ['insert', 'update', 'delete'];

/** A deletion is 2: the function `append` knows that number. */
export const fromOp = (op: Op): number => ops.indexOf(op);

const toOp = (code: number): Op => {
  const op = ops[code];
  if (op === undefined) throw new Error(`A stored change has the unknown operation ${code}.`);
  return op;
};

/** Hashes are hexadecimal, so a space parts them. */
export const fromBlobs = (blobs: readonly string[] | null): string | null => blobs?.join(' ') ?? null;

const toBlobs = (text: string | null): readonly string[] | null => {
  if (text === null) return null;
  return text === '' ? [] : text.split(' ');
};

export const toChange = (row: ChangeRow, deviceId: string): StoredChange => ({
  table: row.table_name,
  op: toOp(row.op),
  rowId: row.row_id,
  timestamp: row.timestamp,
  data: row.data,
  blobs: toBlobs(row.blobs),
  position: row.position,
  deviceId,
  keyVersion: row.key_version,
});

/** Takes rows until the page is full: `limit` rows, or as much data as `maxBytes` but at least one row. */
export const takePage = (rows: readonly ChangeRow[], limit: number, maxBytes: number) => {
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    bytes += row.bytes ?? 0;
    if (index === limit || (index > 0 && bytes > maxBytes)) return { taken: rows.slice(0, index), isFull: true };
  }
  return { taken: rows, isFull: false };
};
