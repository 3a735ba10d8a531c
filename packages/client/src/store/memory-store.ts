import type { LocalStore, QuarantinedChange, RowKey, StoredDocument, StoredRow } from './local-store.js';

/** What one or several memory stores share, as two tabs share a database. */
export interface MemoryLocalState {
  readonly rowsByKey: Map<string, StoredRow>;
  readonly documentsByKey: Map<string, StoredDocument>;
  readonly quarantineByKey: Map<string, QuarantinedChange>;
}

export const createMemoryLocalState = (): MemoryLocalState => ({
  rowsByKey: new Map(),
  documentsByKey: new Map(),
  quarantineByKey: new Map(),
});

const toKey = ({ table, id }: RowKey): string => `${table}/${id}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A store that lives as long as its state: for tests, and for programs that want nothing kept. */
export const createMemoryLocalStore = (state: MemoryLocalState = createMemoryLocalState()): LocalStore => {
  const { rowsByKey, documentsByKey, quarantineByKey } = state;

  const isRowCurrent = (row: StoredRow): boolean => (rowsByKey.get(toKey(row))?.revision ?? 0) === row.revision;
  const isDocumentCurrent = ({ key, revision }: StoredDocument): boolean =>
    (documentsByKey.get(key)?.revision ?? 0) === revision;

  const write = (documents: readonly StoredDocument[]): void => {
    for (const document of documents) {
      documentsByKey.set(document.key, { ...document, revision: document.revision + 1 });
    }
  };

  const select = (isWanted: (row: StoredRow) => boolean): StoredRow[] => [...rowsByKey.values()].filter(isWanted);

  return {
    rows: async (keys) => keys.map((key) => rowsByKey.get(toKey(key)) ?? null),
    list: async (table, after, limit) =>
      select((row) => row.table === table && row.value !== null && (after === null || row.id > after))
        .sort((a, b) => compare(a.id, b.id))
        .slice(0, limit),
    unsent: async (limit, only) =>
      select((row) => row.unsentSince !== null && (only === undefined || row.value === null))
        .sort((a, b) => compare(a.unsentSince ?? '', b.unsentSince ?? ''))
        .slice(0, limit),
    countUnsent: async () => select((row) => row.unsentSince !== null).length,
    unseen: async (pass, limit) => select((row) => row.pass < pass && row.unsentSince === null).slice(0, limit),
    document: async (key) => documentsByKey.get(key) ?? { key, text: null, revision: 0 },
    quarantine: async () => [...quarantineByKey.values()].sort((a, b) => a.at - b.at),
    async commit({ rows = [], documents = [], setAside = [], release = [], forget = [] }) {
      if (![...rows, ...forget].every(isRowCurrent) || !documents.every(isDocumentCurrent)) return false;
      for (const row of rows) rowsByKey.set(toKey(row), { ...row, revision: row.revision + 1 });
      for (const row of forget) rowsByKey.delete(toKey(row));
      write(documents);
      for (const change of setAside) quarantineByKey.set(change.key, change);
      for (const key of release) quarantineByKey.delete(key);
      return true;
    },
    async resendAll(since, documents) {
      if (!documents.every(isDocumentCurrent)) return false;
      for (const [key, row] of rowsByKey) {
        rowsByKey.set(key, { ...row, unsentSince: since, logged: null, base: null, revision: row.revision + 1 });
      }
      write(documents);
      return true;
    },
    async clear(documents) {
      if (!documents.every(isDocumentCurrent)) return false;
      rowsByKey.clear();
      quarantineByKey.clear();
      write(documents);
      return true;
    },
    async close() {},
  };
};
