import { isPresentedPlace, type LogPage, type LogQuery, type StoredChange } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import { bytesOf, type LogModel, locate, type ModelRow } from './log-model.js';
import { isRefused, type Refused } from './operation.js';

/** A change as text, to compare it field by field whatever the order of its fields. */
export const toText = (change: StoredChange): string => {
  const { position, deviceId, table, op, rowId, timestamp, data, blobs, keyVersion } = change;
  return JSON.stringify([position, deviceId, table, op, rowId, timestamp, data, blobs, keyVersion]);
};

export interface PageBounds {
  readonly limit: number;
  readonly maxBytes: number;
  readonly maxScan: number;
}

export interface ExpectedPage {
  readonly rows: readonly ModelRow[];
  /** The place after the page may lie anywhere in between: rows that are left out may have been looked at or not. */
  readonly lowest: number;
  readonly highest: number;
  /** null: the scan ended before that could be known. */
  readonly hasMore: boolean | null;
}

/** The page behind `from` that holds the rows that are wanted. */
export const expectPage = (
  { rows }: LogModel,
  from: number,
  { limit, maxBytes, maxScan }: PageBounds,
  isWanted: (row: ModelRow) => boolean,
): ExpectedPage => {
  const wanted = rows.filter((row) => row.position > from && isWanted(row));
  const scanEnd = Math.min(rows.length, from + maxScan);
  const taken: ModelRow[] = [];
  let bytes = 0;
  let isCut = false;
  for (const row of wanted) {
    if (row.position > scanEnd) break;
    bytes += bytesOf(row.data);
    isCut = taken.length === limit || (taken.length > 0 && bytes > maxBytes);
    if (isCut) break;
    taken.push(row);
  }
  const next = wanted[taken.length]?.position ?? Number.POSITIVE_INFINITY;
  const last = taken.at(-1)?.position ?? from;
  const isFull = isCut || taken.length === limit;
  const isSure = next !== Number.POSITIVE_INFINITY || scanEnd === rows.length;
  return {
    rows: taken,
    lowest: isFull ? last : scanEnd,
    highest: Math.min(scanEnd, next - 1),
    hasMore: isSure ? next !== Number.POSITIVE_INFINITY : null,
  };
};

export const isTagRight = ({ rows }: LogModel, next: Place, start: Place | null): boolean =>
  next.tag === (rows[next.position - 1]?.tag ?? 0) || (next.position === start?.position && next.tag === start.tag);

const fits = (model: LogModel, { deviceId, includeOwn, ...bounds }: LogQuery, start: Place | null, page: LogPage) => {
  const own = start === null || includeOwn ? model.rows.length : start.own;
  const isWanted = (row: ModelRow) => row.deviceId !== deviceId || row.position <= own;
  const expected = expectPage(model, start?.position ?? 0, bounds, isWanted);
  const { changes, next, hasMore, lastPush } = page;
  return (
    changes.map(toText).join() === expected.rows.map(toText).join() &&
    next.position >= expected.lowest &&
    next.position <= expected.highest &&
    (expected.hasMore ?? hasMore) === hasMore &&
    next.epoch === model.epoch &&
    next.own === own &&
    next.floor === 0 &&
    isTagRight(model, next, start) &&
    lastPush === (model.rows.findLast((row) => row.deviceId === deviceId)?.position ?? 0)
  );
};

/** What may be remembered after `read` was presented while `known` was. */
const remember = (known: Place | null, read: Place): (Place | null)[] => {
  const mustStore =
    known === null ||
    known.epoch !== read.epoch ||
    known.own !== read.own ||
    known.floor !== read.floor ||
    read.position < known.position;
  return mustStore ? [read] : [known, read];
};

const unique = (places: readonly (Place | null)[]): (Place | null)[] => [
  ...new Map(places.map((place) => [place && `${place.epoch} ${place.position} ${place.own}`, place])).values(),
];

/** The log after the read, in each way in which its answer can be explained; none when it cannot. */
export const explainRead = (model: LogModel, query: LogQuery, answer: LogPage | Refused): LogModel[] => {
  const { deviceId, after } = query;
  const isByPresented = isPresentedPlace(after) || typeof after === 'number';
  const candidates = model.presented[deviceId] ?? [];
  const explained: (Place | null)[] = [];
  for (const presented of candidates) {
    const located = locate(model, isByPresented ? presented : null, after);
    if ('expired' in located) {
      const isExpired = isRefused(answer) && answer.refused === 'cursor_expired';
      if (isExpired && located.expired.includes(String(answer.details?.['reason']))) explained.push(presented);
      continue;
    }
    if (isRefused(answer) || !fits(model, query, located.start, answer)) continue;
    const read = { epoch: model.epoch, position: located.start?.position ?? 0, tag: 0, own: answer.next.own, floor: 0 };
    explained.push(...(query.isPresented ? remember(presented, read) : [presented]));
  }
  if (explained.length === 0) return [];
  return [{ ...model, presented: { ...model.presented, [deviceId]: unique(explained) } }];
};
