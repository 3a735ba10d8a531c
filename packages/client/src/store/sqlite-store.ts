import type { Database } from 'better-sqlite3';
import type { LocalStore, QuarantinedChange, StoredDocument, StoredRow } from './local-store.js';

const schema = `
  CREATE TABLE IF NOT EXISTS synckeep_row (
    "table" TEXT NOT NULL, id TEXT NOT NULL, value TEXT, count INTEGER NOT NULL, moment TEXT NOT NULL,
    logged_count INTEGER, logged_moment TEXT, base TEXT, unsent_since TEXT, pass INTEGER NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY ("table", id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS synckeep_unsent ON synckeep_row (unsent_since) WHERE unsent_since IS NOT NULL;
  CREATE TABLE IF NOT EXISTS synckeep_document (key TEXT PRIMARY KEY, text TEXT, revision INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS synckeep_quarantine (key TEXT PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
`;

interface FlatRow {
  readonly table: string;
  readonly id: string;
  readonly value: string | null;
  readonly count: number;
  readonly moment: string;
  readonly logged_count: number | null;
  readonly logged_moment: string | null;
  readonly base: string | null;
  readonly unsent_since: string | null;
  readonly pass: number;
  readonly revision: number;
}

const toRow = (flat: FlatRow): StoredRow => ({
  table: flat.table,
  id: flat.id,
  value: flat.value,
  version: { count: flat.count, moment: flat.moment },
  logged:
    flat.logged_count === null || flat.logged_moment === null
      ? null
      : { count: flat.logged_count, moment: flat.logged_moment },
  base: flat.base,
  unsentSince: flat.unsent_since,
  pass: flat.pass,
  revision: flat.revision,
});

type Bound = (string | number | null)[];

/** The columns of `update` in their order; binding by place is a third faster than by name. */
const toState = ({ value, version, logged, base, unsentSince, pass }: StoredRow): Bound => [
  value,
  version.count,
  version.moment,
  logged?.count ?? null,
  logged?.moment ?? null,
  base,
  unsentSince,
  pass,
];

const columns = `"table", id, value, count, moment, logged_count, logged_moment, base, unsent_since, pass, revision`;

const prepare = (database: Database) => ({
  row: database.prepare<[string, string], FlatRow>(`SELECT ${columns} FROM synckeep_row WHERE "table" = ? AND id = ?`),
  list: database.prepare<[string, number], FlatRow>(
    `SELECT ${columns} FROM synckeep_row WHERE "table" = ? AND value IS NOT NULL ORDER BY id LIMIT ?`,
  ),
  listAfter: database.prepare<[string, string, number], FlatRow>(
    `SELECT ${columns} FROM synckeep_row WHERE "table" = ? AND id > ? AND value IS NOT NULL ORDER BY id LIMIT ?`,
  ),
  unsent: database.prepare<[number], FlatRow>(
    `SELECT ${columns} FROM synckeep_row WHERE unsent_since IS NOT NULL ORDER BY unsent_since LIMIT ?`,
  ),
  unsentDeletes: database.prepare<[number], FlatRow>(
    `SELECT ${columns} FROM synckeep_row WHERE unsent_since IS NOT NULL AND value IS NULL ORDER BY unsent_since LIMIT ?`,
  ),
  countUnsent: database.prepare<[], number>('SELECT count(*) FROM synckeep_row WHERE unsent_since IS NOT NULL').pluck(),
  unseen: database.prepare<[number, number], FlatRow>(
    `SELECT ${columns} FROM synckeep_row WHERE pass < ? AND unsent_since IS NULL LIMIT ?`,
  ),
  insert: database.prepare<Bound>(
    `INSERT INTO synckeep_row (value, count, moment, logged_count, logged_moment, base, unsent_since, pass, "table", id, revision)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING`,
  ),
  update: database.prepare<Bound>(
    `UPDATE synckeep_row SET value = ?, count = ?, moment = ?, logged_count = ?, logged_moment = ?, base = ?,
       unsent_since = ?, pass = ?, revision = revision + 1
     WHERE "table" = ? AND id = ? AND revision = ?`,
  ),
  forget: database.prepare<[string, string, number]>(
    'DELETE FROM synckeep_row WHERE "table" = ? AND id = ? AND revision = ?',
  ),
  resendAll: database.prepare<[string]>(
    'UPDATE synckeep_row SET unsent_since = ?, logged_count = NULL, logged_moment = NULL, base = NULL, revision = revision + 1',
  ),
  clearRows: database.prepare('DELETE FROM synckeep_row'),
  document: database.prepare<[string], StoredDocument>(
    'SELECT key, text, revision FROM synckeep_document WHERE key = ?',
  ),
  addDocument: database.prepare<[string, string | null]>(
    'INSERT INTO synckeep_document (key, text, revision) VALUES (?, ?, 1) ON CONFLICT DO NOTHING',
  ),
  setDocument: database.prepare<[string | null, string, number]>(
    'UPDATE synckeep_document SET text = ?, revision = revision + 1 WHERE key = ? AND revision = ?',
  ),
  quarantine: database.prepare<[], string>('SELECT text FROM synckeep_quarantine ORDER BY at, key').pluck(),
  setAside: database.prepare<[string, number, string]>(
    'INSERT OR REPLACE INTO synckeep_quarantine (key, at, text) VALUES (?, ?, ?)',
  ),
  release: database.prepare<[string]>('DELETE FROM synckeep_quarantine WHERE key = ?'),
  clearQuarantine: database.prepare('DELETE FROM synckeep_quarantine'),
});

export interface SqliteLocalStoreOptions {
  /** An open database of better-sqlite3. The tables begin with `synckeep_`, so it may be the program's own. */
  readonly database: Database;
  /** Called by `close`; the database is the host's unless it says otherwise here. */
  readonly onClose?: () => void;
}

/** Undoes a transaction that met another revision; never leaves this file. */
class RevisionMoved extends Error {}

/** The store of a Node program. Commits are as durable as the database is set up to be (`openSqliteLocalStore`: fully). */
export const createSqliteLocalStore = ({ database, onClose }: SqliteLocalStoreOptions): LocalStore => {
  database.exec(schema);
  const statements = prepare(database);

  const mustChange = ({ changes }: { readonly changes: number }): void => {
    if (changes !== 1) throw new RevisionMoved('A row or document was written meanwhile.');
  };
  const writeRow = (row: StoredRow): void => {
    const bound = [...toState(row), row.table, row.id];
    mustChange(row.revision === 0 ? statements.insert.run(...bound) : statements.update.run(...bound, row.revision));
  };
  const writeDocument = ({ key, text, revision }: StoredDocument): void =>
    mustChange(
      revision === 0 ? statements.addDocument.run(key, text) : statements.setDocument.run(text, key, revision),
    );

  const attempt = async (work: () => void): Promise<boolean> => {
    try {
      database.transaction(work).immediate();
      return true;
    } catch (error) {
      if (error instanceof RevisionMoved) return false;
      throw error;
    }
  };

  return {
    async rows(keys) {
      return keys.map(({ table, id }) => {
        const flat = statements.row.get(table, id);
        return flat ? toRow(flat) : null;
      });
    },
    list: async (table, after, limit) =>
      (after === null ? statements.list.all(table, limit) : statements.listAfter.all(table, after, limit)).map(toRow),
    unsent: async (limit, only) =>
      (only === undefined ? statements.unsent : statements.unsentDeletes).all(limit).map(toRow),
    countUnsent: async () => statements.countUnsent.get() ?? 0,
    unseen: async (pass, limit) => statements.unseen.all(pass, limit).map(toRow),
    document: async (key) => statements.document.get(key) ?? { key, text: null, revision: 0 },
    quarantine: async () => statements.quarantine.all().map((text): QuarantinedChange => JSON.parse(text)),
    commit: ({ rows = [], documents = [], setAside = [], release = [], forget = [] }) =>
      attempt(() => {
        for (const row of rows) writeRow(row);
        for (const { table, id, revision } of forget) mustChange(statements.forget.run(table, id, revision));
        for (const document of documents) writeDocument(document);
        for (const change of setAside) statements.setAside.run(change.key, change.at, JSON.stringify(change));
        for (const key of release) statements.release.run(key);
      }),
    resendAll: (since, documents) =>
      attempt(() => {
        for (const document of documents) writeDocument(document);
        statements.resendAll.run(since);
      }),
    clear: (documents) =>
      attempt(() => {
        for (const document of documents) writeDocument(document);
        statements.clearRows.run();
        statements.clearQuarantine.run();
      }),
    async close() {
      onClose?.();
    },
  };
};
