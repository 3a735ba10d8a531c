import type { CompactionBounds, CompactionPlan, CompactionQuery, CompactionStep } from '../ports/index.js';
import { dropRow, type Row, type ScopeState } from './state.js';

/** A head is noted when at least this share of what is kept has passed since the one before. */
const marksKept = 16;

/** Notes the head as it is now, and forgets what no horizon needs any more. */
const note = (log: ScopeState, { now, keepFrom }: CompactionBounds): void => {
  // Where nothing is kept, nobody asks for the past.
  if (keepFrom >= now) return;
  // A clock that was ahead is not waited for.
  const marks = log.marks.map(({ at, position }) => ({ at: Math.min(at, now), position }));
  const last = marks.at(-1);
  const isDue = last === undefined || now - last.at >= (now - keepFrom) / marksKept;
  if (isDue && log.head.position > (last?.position ?? 0)) marks.push({ at: now, position: log.head.position });
  const oldest = marks.findLastIndex(({ at }) => at <= keepFrom);
  log.marks = marks.slice(Math.max(0, oldest));
};

const horizonOf = (log: ScopeState, { now, keepFrom }: CompactionBounds): number =>
  keepFrom >= now ? log.head.position : (log.marks.findLast(({ at }) => at <= keepFrom)?.position ?? 0);

/** The position that every active device has passed. */
const passedByAll = ({ devices, head }: ScopeState, activeSince: number): number => {
  const passed = [...devices.values()].flatMap(({ presented, presentedAt, lastSeenAt }) => {
    if (presented === null || Math.max(presentedAt, lastSeenAt) < activeSince) return [];
    return [presented.epoch === head.epoch ? presented.position : 0];
  });
  return Math.min(...passed, head.position);
};

/** What may go. */
const removable = (log: ScopeState, bounds: CompactionBounds) => {
  const horizon = horizonOf(log, bounds);
  const passed = passedByAll(log, bounds.activeSince);
  const lasts = new Map<string, Row>();
  const superseded: Row[] = [];
  for (const row of [...log.rows.values()].sort((a, b) => a.change.position - b.change.position)) {
    const { table, rowId, position } = row.change;
    if (position > horizon) break;
    const key = `${table}/${rowId}`;
    const before = lasts.get(key);
    if (before) superseded.push(before);
    lasts.set(key, row);
  }
  const tombstones = [...lasts.values()]
    .filter(({ change }) => change.op === 'delete' && change.position <= passed)
    .sort((a, b) => a.change.position - b.change.position);
  return { horizon, superseded, tombstones };
};

const sizeOf = (rows: readonly Row[]): number => rows.reduce((sum, { bytes }) => sum + bytes, 0);

/** `ChangeLog.compact` for a scope that is there. */
export const compactStep = (log: ScopeState, query: CompactionQuery): CompactionStep => {
  note(log, query);
  if (log.rotation) return { removed: 0, removedBytes: 0, tombstones: 0, state: 'paused' };
  const { horizon, superseded, tombstones } = removable(log, query);
  const going = (superseded.length > 0 ? superseded : tombstones).slice(0, query.limit);
  for (const row of going) dropRow(log, row);
  const isOfTombstones = superseded.length === 0;
  const last = going.at(-1);
  if (last && isOfTombstones) log.head = { ...log.head, floor: Math.max(log.head.floor, last.change.position) };
  if (superseded.length > 0) log.compacted = Math.max(log.compacted, horizon);
  return {
    removed: going.length,
    removedBytes: sizeOf(going),
    tombstones: isOfTombstones ? going.length : 0,
    state: going.length < superseded.length + tombstones.length ? 'more' : 'done',
  };
};

/** `ChangeLog.compactionPlan` for a scope that is there. */
export const planCompaction = (log: ScopeState, bounds: CompactionBounds): CompactionPlan => {
  const { horizon, superseded, tombstones } = removable(log, bounds);
  return {
    changes: log.rows.size,
    removable: superseded.length + tombstones.length,
    removableBytes: sizeOf([...superseded, ...tombstones]),
    tombstones: tombstones.length,
    horizon,
  };
};
