import type { Op, StoredChange } from '@synckeep/core';
import { positionOf } from './range.js';

/** A row of `sync_change` as an array, which the driver makes in half the time of an object. */
export type ChangeRow = [
  position: number,
  device: number,
  tag: number,
  keyVersion: number | null,
  op: number,
  table: string,
  rowId: string,
  timestamp: string,
  blobs: string | null,
  bytes: number | null,
  data: string | null,
];

export const changeColumns = `${positionOf}, device, tag, key_version, op, table_name, row_id, timestamp, blobs,
  octet_length(data), data`;

const ops: readonly Op[] = ['insert', 'update', 'delete'];

export const fromOp = (op: Op): number => ops.indexOf(op);

export const toOp = (code: number): Op => {
  const op = ops[code];
  if (op === undefined) throw new Error(`A stored change has the unknown operation ${code}.`);
  return op;
};

/** Hashes are hexadecimal, so a space parts them. */
export const fromBlobs = (blobs: readonly string[] | null): string | null => blobs?.join(' ') ?? null;

export const toBlobs = (text: string | null): readonly string[] | null => {
  if (text === null) return null;
  return text === '' ? [] : text.split(' ');
};

export const toChange = (row: ChangeRow, deviceId: string): StoredChange => ({
  table: row[5],
  op: toOp(row[4]),
  rowId: row[6],
  timestamp: row[7],
  data: row[10],
  blobs: toBlobs(row[8]),
  position: row[0],
  deviceId,
  keyVersion: row[3],
});
