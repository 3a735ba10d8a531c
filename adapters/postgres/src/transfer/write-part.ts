import type { Import, MovedBatch, MovedBlob, MovedChange, Scope, ScopePart, ScopeParts } from '@synckeep/core';
import type { Database, Query } from '../database.js';
import { toArrayText } from '../log/array-text.js';
import { fromBlobs, fromOp } from '../log/row.js';
import { fromTag } from '../scope-row.js';
import { createWithinHeld, type HeldRow } from './held-rows.js';

type Writers = {
  readonly [P in ScopePart]: (query: Query, row: HeldRow, items: readonly ScopeParts[P][]) => Promise<unknown>;
};

/** Finds the numbers of devices; one that the scope does not have is made as a removed one. */
const createNumbers = (schema: string) => {
  const find = `SELECT id, number FROM ${schema}.device WHERE scope = $1 AND id = ANY ($2::text[])`;
  const addRemoved = `
    WITH counted AS (UPDATE ${schema}.scope SET last_device = last_device + cardinality($4::text[]) WHERE scope = $1)
    INSERT INTO ${schema}.device (scope, log, number, id, removed, name, platform, created_at, last_seen_at)
    SELECT $1, $2, $3 + missing.nth, missing.id, true, '', '', 0, 0
    FROM unnest($4::text[]) WITH ORDINALITY AS missing (id, nth) RETURNING id, number`;
  type Numbered = { readonly id: string; readonly number: number };

  return async (query: Query, { scope, log, lastDevice }: HeldRow, items: readonly { readonly deviceId: string }[]) => {
    const ids = [...new Set(items.map(({ deviceId }) => deviceId))];
    const found = await query<Numbered>(find, [scope, ids]);
    const numbers = new Map(found.map(({ id, number }) => [id, number]));
    const missing = ids.filter((id) => !numbers.has(id));
    const made = missing.length > 0 ? await query<Numbered>(addRemoved, [scope, log, lastDevice, missing]) : [];
    for (const { id, number } of made) numbers.set(id, number);
    return items.map(({ deviceId }) => {
      const number = numbers.get(deviceId);
      if (number === undefined) throw new Error('A device that was just stored cannot be found.');
      return number;
    });
  };
};

type Numbers = ReturnType<typeof createNumbers>;

/** What changes add to the sums of their scope. */
const measure = (changes: readonly MovedChange[], target: number) => {
  const sums = { bytes: 0, entries: 0, target: 0, unreadable: 0 };
  for (const { data, keyVersion, isUnreadable } of changes) {
    if (data === null) continue;
    sums.bytes += Buffer.byteLength(data);
    sums.entries++;
    if (target !== 0 && keyVersion === target) sums.target++;
    if (isUnreadable) sums.unreadable++;
  }
  return sums;
};

const createChanges = (schema: string, numbersOf: Numbers): Writers['change'] => {
  const insert = `INSERT INTO ${schema}.change
      (scope, log, device, position, tag, key_version, op, table_name, row_id, timestamp, blobs, data)
    SELECT $1, $2, change.* FROM unnest($3::integer[], $4::bigint[], $5::integer[], $6::integer[], $7::smallint[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]) AS change`;
  const keep = `INSERT INTO ${schema}.replaced (scope, log, target, position, key_version, data)
    SELECT $1, $2, $3, kept.* FROM unnest($4::bigint[], $5::integer[], $6::text[]) AS kept`;
  const last = `SELECT position FROM ${schema}.change WHERE scope = $1 AND log = $2 ORDER BY position DESC LIMIT 1`;
  const count = `UPDATE ${schema}.scope SET head_device = $2, other_head = $3, total_changes = total_changes + $4,
      data_bytes = data_bytes + $5, data_entries = data_entries + $6, target_entries = target_entries + $7,
      unreadable_entries = unreadable_entries + $8
    WHERE scope = $1`;

  return async (query, row, changes) => {
    const { scope, log, targetVersion } = row;
    const [before] = await query<{ position: number }>(last, [scope, log]);
    const devices = await numbersOf(query, row, changes);
    await query(insert, [
      ...[scope, log, devices],
      changes.map(({ position }) => position),
      changes.map(({ tag }) => fromTag(tag)),
      changes.map(({ keyVersion }) => keyVersion),
      changes.map(({ op }) => fromOp(op)),
      toArrayText(changes.map(({ table }) => table)),
      toArrayText(changes.map(({ rowId }) => rowId)),
      toArrayText(changes.map(({ timestamp }) => timestamp)),
      toArrayText(changes.map(({ blobs }) => fromBlobs(blobs))),
      toArrayText(changes.map(({ data }) => data)),
    ]);
    const kept = changes.filter(({ replaced, isUnreadable }) => replaced !== null || isUnreadable);
    if (kept.length > 0) {
      await query(keep, [
        ...[scope, log, targetVersion],
        kept.map(({ position }) => position),
        kept.map(({ replaced }) => replaced?.keyVersion ?? null),
        toArrayText(kept.map(({ replaced }) => replaced?.data ?? null)),
      ]);
    }
    let { headDevice, otherHead } = row;
    let head = before?.position ?? 0;
    for (const [index, { position }] of changes.entries()) {
      const device = devices[index] ?? 0;
      if (device !== headDevice) otherHead = head;
      headDevice = device;
      head = position;
    }
    const { bytes, entries, target, unreadable } = measure(changes, targetVersion);
    await query(count, [scope, headDevice, otherHead, changes.length, bytes, entries, target, unreadable]);
  };
};

const createBatches = (schema: string, numbersOf: Numbers): Writers['batch'] => {
  const insert = `INSERT INTO ${schema}.batch
      (scope, log, device, batch_id, received_at, epoch, position, tag, floor, accepted)
    SELECT $1, $2, batch.* FROM unnest($3::integer[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
      $8::integer[], $9::bigint[], $10::integer[]) AS batch`;
  return async (query: Query, row: HeldRow, batches: readonly MovedBatch[]) =>
    query(insert, [
      ...[row.scope, row.log, await numbersOf(query, row, batches)],
      batches.map(({ batchId }) => batchId),
      batches.map(({ receivedAt }) => receivedAt),
      batches.map(({ epoch }) => epoch),
      batches.map(({ position }) => position),
      batches.map(({ tag }) => fromTag(tag)),
      batches.map(({ floor }) => floor),
      batches.map(({ accepted }) => accepted),
    ]);
};

const createBlobs = (schema: string): Writers['blob'] => {
  const insert = `WITH counted AS (UPDATE ${schema}.scope SET blob_bytes = blob_bytes + $2 WHERE scope = $1)
    INSERT INTO ${schema}.blob (scope, hash, object_key, size_bytes)
    SELECT $1, blob.* FROM unnest($3::text[], $4::text[], $5::bigint[]) AS blob`;
  return (query: Query, { scope }: HeldRow, blobs: readonly MovedBlob[]) =>
    query(insert, [
      ...[scope, blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)],
      blobs.map(({ hash }) => hash),
      blobs.map(({ objectKey }) => objectKey),
      blobs.map(({ sizeBytes }) => sizeBytes),
    ]);
};

/** `Transfer.write`: a number of statements that does not grow with the items. */
export const createWritePart = (database: Database) => {
  const { schema } = database;
  const within = createWithinHeld(database);
  const numbersOf = createNumbers(schema);
  const endEpochs = `INSERT INTO ${schema}.ended_epoch (scope, epoch) SELECT $1, unnest($2::text[])`;
  const writers: Writers = {
    endedEpoch: (query, { scope }, items) => query(endEpochs, [scope, items.map(({ epoch }) => epoch)]),
    change: createChanges(schema, numbersOf),
    batch: createBatches(schema, numbersOf),
    blob: createBlobs(schema),
  };
  return <P extends ScopePart>(scope: Scope, by: Import, part: P, items: readonly ScopeParts[P][]): Promise<boolean> =>
    within(scope, by, (query, row) => writers[part](query, row, items));
};
