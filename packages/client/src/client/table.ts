import { concatMap, defer, filter, type Observable, startWith, throttleTime } from 'rxjs';
import type { HybridClock } from '../merge/hybrid-clock.js';
import type { LocalStore, RowKey, StoredRow } from '../store/local-store.js';
import { type RowWithId, type TableOptions, toStoredValue } from './table-options.js';

export interface Query<Row> {
  readonly where?: (row: Row) => boolean;
  /** As of `Array.prototype.sort`; without it rows come by id. */
  readonly orderBy?: (a: Row, b: Row) => number;
  readonly limit?: number;
}

/** Rows of one kind. Everything is done in the local store at once, online or not; the sync follows. */
export interface Table<Row extends RowWithId> {
  /** Inserts or replaces a row. @throws ClientError `invalid_row` */
  put(row: Row): Promise<void>;
  /** null when there is none. */
  get(id: string): Promise<Row | null>;
  /** Does nothing when there is none. */
  delete(id: string): Promise<void>;
  query(query?: Query<Row>): Promise<readonly Row[]>;
  /** The answer of a query now and whenever it may have changed, by this or another device or tab. */
  observe(query?: Query<Row>): Observable<readonly Row[]>;
}

export interface TableParts {
  readonly store: LocalStore;
  readonly clock: HybridClock;
  readonly rows$: Observable<readonly RowKey[]>;
  /** A row was written here. */
  readonly onWrite: (key: RowKey, isDelete: boolean) => void;
}

const rowsPerRead = 1000;
/** Milliseconds between two answers of one `observe` while much changes. */
const calm = 50;

/** The state of a row after an edit on this device: unsent, and based on what the log has. */
const edited = (key: RowKey, row: StoredRow | null, value: string | null, clock: HybridClock): StoredRow => {
  const moment = clock.tick();
  if (row === null) {
    const version = { count: 1, moment };
    return {
      table: key.table,
      id: key.id,
      value,
      version,
      logged: null,
      base: null,
      unsentSince: moment,
      pass: 0,
      revision: 0,
    };
  }
  const isClean = row.unsentSince === null;
  return {
    ...row,
    value,
    version: { count: row.version.count + 1, moment },
    base: isClean && row.logged !== null ? row.value : row.base,
    unsentSince: row.unsentSince ?? moment,
  };
};

export const createTable = <Row extends RowWithId>(
  name: string,
  options: TableOptions,
  { store, clock, rows$, onWrite }: TableParts,
): Table<Row> => {
  const parse = (text: string): Row => JSON.parse(text);

  const write = async (id: string, value: string | null): Promise<void> => {
    const key = { table: name, id };
    for (;;) {
      const [row = null] = await store.rows([key]);
      if (value === null && (row === null || row.value === null)) return;
      // A row that the server refused is mended by an edit.
      const release = [`out/${name}/${id}`];
      if (await store.commit({ rows: [edited(key, row, value, clock)], release })) break;
    }
    onWrite(key, value === null);
  };

  const query = async ({
    where,
    orderBy,
    limit = Number.POSITIVE_INFINITY,
  }: Query<Row> = {}): Promise<readonly Row[]> => {
    const found: Row[] = [];
    let after: string | null = null;
    for (;;) {
      const page: readonly StoredRow[] = await store.list(name, after, rowsPerRead);
      for (const { value } of page) {
        const row = value === null ? null : parse(value);
        if (row !== null && (where?.(row) ?? true)) found.push(row);
      }
      const isEnough = orderBy === undefined && found.length >= limit;
      after = page.at(-1)?.id ?? null;
      if (page.length < rowsPerRead || isEnough) break;
    }
    if (orderBy) found.sort(orderBy);
    return found.slice(0, limit);
  };

  return {
    async put(row) {
      const { id, value } = await toStoredValue(row, options);
      await write(id, value);
    },
    async get(id) {
      const [row] = await store.rows([{ table: name, id }]);
      return row?.value ? parse(row.value) : null;
    },
    delete: (id) => write(id, null),
    query,
    observe: (wanted) =>
      defer(() =>
        rows$.pipe(
          filter((keys) => keys.some(({ table }) => table === name)),
          startWith(null),
          throttleTime(calm, undefined, { leading: true, trailing: true }),
          concatMap(() => query(wanted)),
        ),
      ),
  };
};
