import type { MovedBatch, MovedBlob, PartQuery, Scope, ScopePart, ScopeParts } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareNaming, takePage } from '../log/page.js';
import { inRange, positionOf } from '../log/range.js';
import { type ChangeRow, changeColumns } from '../log/row.js';
import { maxPosition, prepareScopeRows, type ScopeRow } from '../scope-row.js';

/** What a rotation keeps of a change. */
interface ReplacedRow {
  readonly position: number;
  readonly keyVersion: number | null;
  /** null: the change was only declared unreadable. */
  readonly data: string | null;
}

type Readers = {
  readonly [P in ScopePart]: (row: ScopeRow, query: PartQuery<P>) => readonly ScopeParts[P][];
};

/** A page of the changes of a log with what the present rotation keeps of them. */
const prepareChanges = (database: Database): Readers['change'] => {
  const toChanges = prepareNaming(database);
  const rows = database
    .prepare<[number, number, number, number, number], ChangeRow>(
      `SELECT ${changeColumns} FROM sync_change WHERE ${inRange} ORDER BY id LIMIT ?`,
    )
    .raw();
  const replaced = database.prepare<[number, number, number, number, number], ReplacedRow>(
    `SELECT ${positionOf} AS position, key_version AS keyVersion, data FROM sync_replaced WHERE ${inRange} AND target = ?`,
  );

  return ({ log, targetVersion }, { after, limit, maxBytes }) => {
    const start = after?.position ?? 0;
    const { taken } = takePage(rows.iterate(log, start, log, maxPosition, limit), limit, maxBytes);
    const end = taken.at(-1)?.[0] ?? start;
    const kept = targetVersion === 0 ? [] : replaced.all(log, start, log, end, targetVersion);
    const keptByPosition = new Map(kept.map((row) => [row.position, row]));
    const tags = taken.map((row) => row[2]);
    return toChanges(taken).map((change, index) => {
      const found = keptByPosition.get(change.position);
      const isReplaced = found !== undefined && found.data !== null;
      return {
        ...change,
        tag: tags[index] ?? 0,
        replaced: isReplaced ? { data: found.data, keyVersion: found.keyVersion } : null,
        isUnreadable: found !== undefined && !isReplaced,
      };
    });
  };
};

/** A page of batches in order of device, then batch id. */
const prepareBatches = (database: Database): Readers['batch'] => {
  const nextDevice = database.prepare<[number, string], { number: number; id: string }>(
    'SELECT number, id FROM sync_device WHERE scope = ? AND id >= ? AND removed = 0 ORDER BY id LIMIT 1',
  );
  const ofDevice = database.prepare<[number, number, string, number], Omit<MovedBatch, 'deviceId'>>(
    `SELECT batch_id AS batchId, received_at AS receivedAt, epoch, position, tag, floor, accepted FROM sync_batch
     WHERE log = ? AND device = ? AND batch_id > ? ORDER BY batch_id LIMIT ?`,
  );

  return (row, { after, limit }) => {
    const page: MovedBatch[] = [];
    // No batch id is "". U+0000 makes the text that comes right after an id.
    let from = after?.deviceId ?? '';
    while (page.length < limit) {
      const device = nextDevice.get(row.id, from);
      if (!device) break;
      const start = device.id === after?.deviceId ? after.batchId : '';
      for (const batch of ofDevice.all(row.log, device.number, start, limit - page.length)) {
        page.push({ deviceId: device.id, ...batch });
      }
      from = `${device.id}\0`;
    }
    return page;
  };
};

/** A page of one part, to be read inside a snapshot; empty for a scope that is not to be seen. */
export const prepareReadPart = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const endedEpochs = database.prepare<[number, string, number], { readonly epoch: string }>(
    'SELECT epoch FROM sync_ended_epoch WHERE scope = ? AND epoch > ? ORDER BY epoch LIMIT ?',
  );
  const blobs = database.prepare<[number, string, number], MovedBlob>(
    `SELECT hash, object_key AS objectKey, size_bytes AS sizeBytes FROM sync_blob WHERE scope = ? AND hash > ?
     ORDER BY hash LIMIT ?`,
  );
  const readers: Readers = {
    endedEpoch: (row, { after, limit }) => endedEpochs.all(row.id, after?.epoch ?? '', limit),
    change: prepareChanges(database),
    batch: prepareBatches(database),
    blob: (row, { after, limit }) => blobs.all(row.id, after?.hash ?? '', limit),
  };

  return <P extends ScopePart>(scope: Scope, part: P, query: PartQuery<P>): readonly ScopeParts[P][] => {
    const row = scopeRows.find(scope);
    return row && !row.erasing ? readers[part](row, query) : [];
  };
};
