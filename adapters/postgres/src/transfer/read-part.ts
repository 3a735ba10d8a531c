import type { MovedBatch, MovedBlob, MovedChange, PartQuery, Scope, ScopePart, ScopeParts } from '@synckeep/core';
import type { Database } from '../database.js';
import { type ChangeRow, toChange } from '../log/row.js';
import { isVisible, scopeValues, toTag } from '../scope-row.js';

interface MovedRow extends ChangeRow {
  readonly deviceId: string | null;
  /** Whether the present rotation keeps something of this change. */
  readonly isKept: boolean;
  readonly keptVersion: number | null;
  /** null: the change was only declared unreadable. */
  readonly keptData: string | null;
}

const toMoved = (row: MovedRow): MovedChange => {
  const { deviceId, isKept, keptData, keptVersion } = row;
  if (deviceId === null) throw new Error(`A stored change names device ${row.device}, which is not there.`);
  return {
    ...toChange(row, deviceId),
    tag: toTag(row.tag),
    replaced: keptData === null ? null : { data: keptData, keyVersion: keptVersion },
    isUnreadable: isKept && keptData === null,
  };
};

type Readers = {
  readonly [P in ScopePart]: (scope: Scope, query: PartQuery<P>) => Promise<readonly ScopeParts[P][]>;
};

/** `Transfer.read`: each page is one statement, and so of one moment. */
export const createReadPart = ({ schema, query }: Database) => {
  /** `page` has its own order and LIMIT, so that it can be read along an index; it may name `s.log`. */
  const pageOf = (page: string, order: string) => `SELECT page.*
    FROM ${schema}.scope s CROSS JOIN LATERAL (${page}) AS page
    WHERE ${isVisible} AND NOT s.erasing ORDER BY ${order}`;

  const endedEpochs = pageOf(
    `SELECT epoch FROM ${schema}.ended_epoch WHERE scope = $1 AND epoch > $4 ORDER BY epoch LIMIT $5`,
    'page.epoch',
  );
  const blobs = pageOf(
    `SELECT hash, object_key AS "objectKey", size_bytes AS "sizeBytes" FROM ${schema}.blob
     WHERE scope = $1 AND hash > $4 ORDER BY hash LIMIT $5`,
    'page.hash',
  );
  // From device to device in order of their ids, each in the order of its key. No batch id is "".
  const batches = pageOf(
    `SELECT d.id AS "deviceId", b.* FROM ${schema}.device d CROSS JOIN LATERAL (
       SELECT batch_id AS "batchId", received_at AS "receivedAt", epoch, position, tag, floor, accepted
       FROM ${schema}.batch WHERE scope = $1 AND log = s.log AND device = d.number
         AND batch_id > CASE d.id WHEN $4 THEN $5 ELSE '' END
       ORDER BY batch_id LIMIT $6
     ) AS b
     WHERE d.scope = $1 AND d.id >= $4 AND NOT d.removed ORDER BY d.id, b."batchId" LIMIT $6`,
    'page."deviceId", page."batchId"',
  );
  // Each look has a LIMIT and the page a range, so that none reads more, whatever the planner believes of the log.
  const changes = pageOf(
    `SELECT c.position, c.device, c.tag, c.key_version, c.op, c.table_name, c.row_id, c.timestamp, c.blobs, c.bytes,
       c.data, kept.position IS NOT NULL AS "isKept", kept.key_version AS "keptVersion", kept.data AS "keptData",
       (SELECT d.id FROM ${schema}.device d WHERE d.scope = $1 AND d.number = c.device) AS "deviceId"
     FROM (
       SELECT position FROM ${schema}.change WHERE scope = $1 AND log = s.log AND position > $4 ORDER BY position LIMIT 1
     ) AS first CROSS JOIN LATERAL (
       SELECT t.*, octet_length(t.data) AS bytes, row_number() OVER by_position AS nth,
         coalesce(sum(octet_length(t.data)) OVER by_position, 0) AS sum
       FROM ${schema}.change t
       WHERE t.scope = $1 AND t.log = s.log AND t.position >= first.position AND t.position < first.position + $5
       WINDOW by_position AS (ORDER BY t.position ROWS UNBOUNDED PRECEDING) LIMIT $5
     ) AS c LEFT JOIN LATERAL (
       SELECT r.position, r.key_version, r.data FROM ${schema}.replaced r
       WHERE r.scope = $1 AND r.log = s.log AND r.position = c.position AND r.target = s.target_version LIMIT 1
     ) AS kept ON s.target_version <> 0
     WHERE c.nth = 1 OR c.sum <= $6`,
    'page.position',
  );

  const readers: Readers = {
    endedEpoch: (scope, { after, limit }) =>
      query<ScopeParts['endedEpoch']>(endedEpochs, [...scopeValues(scope), after?.epoch ?? '', limit]),

    async change(scope, { after, limit, maxBytes }) {
      const rows = await query<MovedRow>(changes, [...scopeValues(scope), after?.position ?? 0, limit, maxBytes]);
      return rows.map(toMoved);
    },

    async batch(scope, { after, limit }) {
      const from = [after?.deviceId ?? '', after?.batchId ?? ''];
      const rows = await query<MovedBatch>(batches, [...scopeValues(scope), ...from, limit]);
      return rows.map((batch) => ({ ...batch, tag: toTag(batch.tag) }));
    },

    blob: (scope, { after, limit }) => query<MovedBlob>(blobs, [...scopeValues(scope), after?.hash ?? '', limit]),
  };

  return <P extends ScopePart>(scope: Scope, part: P, asked: PartQuery<P>): Promise<readonly ScopeParts[P][]> =>
    readers[part](scope, asked);
};
