import type { LogPage, LogQuery, Scope } from '@synckeep/core';
import { type Place, SyncError } from '@synckeep/protocol';
import type { Database } from '../database.js';
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
  const call = `SELECT * FROM ${schema}.read_page($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;
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
      const [first, ...rows] = await query<ChangeRow>(call, values);
      if (!first) throw new SyncError('unknown_device');
      const head = parseHead(first.data);
      if (head.expired !== null) throw new SyncError('cursor_expired', { details: { reason: head.expired } });
      const { epoch, position, tag, own, floor } = head;
      const start = { epoch, position, tag: toTag(tag), own, floor };
      const { taken, isFull } = takePage(rows, limit, maxBytes);
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
