import type { LogPage, LogQuery, Scope } from '@synckeep/core';
import { type Place, SyncError } from '@synckeep/protocol';
import { type Database, prepared } from '../database.js';
import { toScopeId } from '../scope-id.js';
import { toTag } from '../scope-row.js';
import { toNamedPlace } from './named-place.js';
import { createNaming } from './naming.js';
import { type ChangeRow, takePage } from './row.js';

/** The first row of the function `read_page`: where the page was read from, and how the log and its device stand. */
interface PageHead {
  readonly log: number;
  readonly head: number;
  readonly device: number;
  readonly expired: string | null;
  readonly epoch: string;
  readonly position: number;
  /** Signed, as `scanned_tag`. */
  readonly tag: number;
  readonly own: number;
  readonly floor: number;
  /** The last position that was looked at. */
  readonly scanned: number;
  readonly scanned_tag: number;
  readonly last_push: number;
  readonly newest_foreign: number;
  readonly presented_epoch: string | null;
  readonly presented_position: number;
  readonly presented_own: number;
  readonly presented_floor: number;
  readonly presented_at: number;
  /** Moves with each registration. */
  readonly last_seen_at: number;
}

/** A row of the statement below; the first one has nothing but the {@link PageHead} as `data`. */
type Row = readonly [
  position: number,
  device: number,
  tag: number,
  /** The key version, 0 for none, times four, and the operation. */
  kind: number,
  table: string,
  rowId: string,
  timestamp: string,
  blobs: string | null,
  /** Of data that was left out; else null. */
  bytes: number | null,
  data: string | null,
];

const toRow = ([position, device, tag, kind, table, rowId, timestamp, blobs, bytes, data]: Row): ChangeRow => ({
  position,
  device,
  tag,
  key_version: Math.floor(kind / 4) || null,
  op: kind % 4,
  table_name: table,
  row_id: rowId,
  timestamp,
  blobs,
  bytes: data === null ? bytes : Buffer.byteLength(data),
  data,
});

export interface ReadResult {
  readonly page: LogPage;
  readonly head: PageHead;
  /** Where the page was read from, with the marker and the floor that go on. */
  readonly start: Place;
}

/** Bytes of data that always come along. */
const leastInline = 2_048;

const parseHead = (text: string | null): PageHead => JSON.parse(text ?? '');

const isLeftOut = ({ bytes, data }: ChangeRow): boolean => bytes !== null && data === null;

/** `ChangeLog.read` but for its note of what was presented: one round trip, two where a row is large. */
export const createRead = (database: Database) => {
  const { schema, query } = database;
  const toChanges = createNaming(schema);
  // The driver takes its time for each field that is not null: as few as can be, and no names for them.
  const call = prepared(
    `SELECT position, device, tag, coalesce(key_version, 0)::bigint * 4 + op, table_name, row_id, "timestamp", blobs,
      CASE WHEN data IS NULL THEN bytes END, data
    FROM ${schema}.read_page($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    'array',
  );
  const fetch = `SELECT position, key_version, data FROM ${schema}.change
    WHERE scope = $1 AND log = $2 AND position = ANY ($3)`;

  /** Rows with the data that was left out; null when one of them is gone meanwhile, with its whole log. */
  const complete = async (scope: string, log: number, rows: readonly ChangeRow[]) => {
    const positions = rows.filter(isLeftOut).map(({ position }) => position);
    if (positions.length === 0) return rows;
    type Fetched = Pick<ChangeRow, 'position' | 'key_version' | 'data'>;
    const fetched = await query<Fetched>(fetch, [scope, log, positions]);
    if (fetched.length < positions.length) return null;
    const byPosition = new Map(fetched.map((row) => [row.position, row]));
    return rows.map((row) => ({ ...row, ...byPosition.get(row.position) }));
  };

  return async (scope: Scope, asked: LogQuery): Promise<ReadResult> => {
    const { deviceId, includeOwn, limit, maxBytes, maxScan } = asked;
    const id = toScopeId(scope);
    const place = toNamedPlace(asked.after);
    const inline = Math.max(leastInline, Math.floor(maxBytes / limit));
    const values = [id, scope.appId, scope.userId, deviceId, ...place, includeOwn, limit, inline, maxScan];
    for (;;) {
      const [first, ...rows] = await query<Row>(call, values);
      if (!first) throw new SyncError('unknown_device');
      const head = parseHead(first[9]);
      if (head.expired !== null) throw new SyncError('cursor_expired', { details: { reason: head.expired } });
      const { epoch, position, tag, own, floor } = head;
      const start = { epoch, position, tag: toTag(tag), own, floor };
      const { taken, isFull } = takePage(rows.map(toRow), limit, maxBytes);
      // What is gone went with its whole log, or scope, after this page was read: the next try sees that.
      const whole = await complete(id, head.log, taken);
      if (whole === null) continue;
      const last = isFull ? taken.at(-1) : undefined;
      const next = last
        ? { ...start, position: last.position, tag: toTag(last.tag) }
        : { ...start, position: head.scanned, tag: toTag(head.scanned_tag) };
      const hasMore = Math.max(head.newest_foreign, Math.min(own, head.head)) > next.position;
      const changes = await toChanges(query, { scope: id, log: head.log, epoch }, whole);
      if (changes === null) continue;
      return { page: { changes, next, hasMore, lastPush: head.last_push }, head, start };
    }
  };
};
