import type { StoredChange } from '../ports/index.js';
import { tagAt } from './place.js';
import type { Row, ScopeState } from './state.js';

export interface PageLimits {
  readonly limit: number;
  readonly maxBytes: number;
  readonly maxScan: number;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Of the last row looked at. */
  readonly position: number;
  /** Of the batch that wrote the row at `position`; 0 when there is none. */
  readonly tag: number;
  readonly hasMore: boolean;
}

/** The caller's own copy. */
export const toChange = ({ change }: Row): StoredChange => ({ ...change, blobs: change.blobs && [...change.blobs] });

/** Looks at row after row behind `after` and takes those that are wanted, until a limit is reached. */
export const takePage = (
  log: ScopeState,
  after: number,
  { limit, maxBytes, maxScan }: PageLimits,
  isWanted: (row: Row) => boolean,
): Page => {
  const { rows, head } = log;
  const taken: Row[] = [];
  const end = Math.min(head.position, after + maxScan);
  let bytes = 0;
  let position = after;
  while (position < end && taken.length < limit) {
    const row = rows.get(position + 1);
    if (row && isWanted(row)) {
      bytes += row.bytes;
      if (taken.length > 0 && bytes > maxBytes) break;
      taken.push(row);
    }
    position++;
  }
  if (position === end) while (position < head.position && !rows.has(position + 1)) position++;
  let ahead = position + 1;
  const isLeftOut = (row: Row | undefined): boolean => row === undefined || !isWanted(row);
  while (ahead <= head.position && isLeftOut(rows.get(ahead))) ahead++;
  return { rows: taken, position, tag: tagAt(log, position), hasMore: ahead <= head.position };
};
