import type { RowKey, StoredRow } from '../store/local-store.js';
import { isTrusted, type Moment } from './hybrid-clock.js';
import { isLater, type Merge } from './merge.js';
import type { RowState } from './row-text.js';
import { compareVersions } from './version.js';

export interface AbsorbContext {
  readonly pass: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly serverNow: number;
  readonly merge: Merge<unknown>;
  readonly tick: () => Moment;
}

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

const taken = (key: RowKey, state: RowState, revision: number, pass: number): StoredRow => ({
  table: key.table,
  id: key.id,
  value: state.value,
  version: state.version,
  logged: state.version,
  base: null,
  unsentSince: null,
  pass,
  revision,
});

const seen = (row: StoredRow, pass: number): StoredRow => (row.pass === pass ? row : { ...row, pass });

/**
 * What a row becomes when a state of it comes out of the log.
 *
 * A row that does not wait to be pushed takes every newer state and no older one, so what a server shows again changes
 * nothing; the very same object is returned then. One that waits is merged, once with each new state, and waits on if the result is not what the log has.
 */
export const absorb = (key: RowKey, row: StoredRow | null, came: RowState, context: AbsorbContext): StoredRow => {
  const { pass } = context;
  if (row === null) return taken(key, came, 0, pass);
  const order = compareVersions(came.version, row.version);
  if (order === 0) return row.unsentSince === null ? seen(row, pass) : taken(key, came, row.revision, pass);
  if (row.unsentSince === null) return order > 0 ? taken(key, came, row.revision, pass) : seen(row, pass);
  if (row.logged !== null && compareVersions(came.version, row.logged) <= 0) return seen(row, pass);

  const isLocalLater = isLater(row.version.moment, came.version.moment, context.serverNow);
  const merged = context.merge({
    base: parse(row.base),
    local: { value: parse(row.value), moment: row.version.moment },
    remote: { value: parse(came.value), moment: came.version.moment },
    isLocalLater,
  });
  const value = merged === null || merged === undefined ? null : JSON.stringify(merged);
  if (value === came.value) return taken(key, came, row.revision, pass);
  const isUnchanged = value === row.value && isTrusted(row.version.moment, context.serverNow);
  return {
    ...row,
    value,
    version: {
      count: Math.max(row.version.count, came.version.count + 1),
      moment: isUnchanged ? row.version.moment : context.tick(),
    },
    logged: came.version,
    base: came.value,
    pass,
  };
};
