import type { LocalStore, QuarantinedChange, RowKey, StoredDocument, StoredRow } from './local-store.js';

const storeNames = ['rows', 'documents', 'quarantine'] as const;

const upgrade = (database: IDBDatabase): void => {
  const rows = database.createObjectStore('rows', { keyPath: ['table', 'id'] });
  // Rows whose `unsentSince` is null are in no index over it, so the index is the outbox.
  rows.createIndex('unsentSince', 'unsentSince');
  rows.createIndex('pass', 'pass');
  database.createObjectStore('documents', { keyPath: 'key' });
  database.createObjectStore('quarantine', { keyPath: 'key' });
};

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = (factory: IDBFactory, name: string): Promise<IDBDatabase> => {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => upgrade(request.result);
  return settled(request);
};

export interface IndexedDbLocalStoreOptions {
  /** The name of the database: one for each user and app. */
  readonly name: string;
  /** Instead of the platform's. */
  readonly factory?: IDBFactory;
}

const keyOf = ({ table, id }: RowKey): [string, string] => [table, id];

/** The store of a browser. It holds the rows as plaintext, as any data of the origin. */
export const openIndexedDbLocalStore = async ({
  name,
  factory = indexedDB,
}: IndexedDbLocalStoreOptions): Promise<LocalStore> => {
  const database = await open(factory, name);
  // A newer version of the program in another tab must not wait for this one.
  database.onversionchange = () => database.close();

  const reading = (name: (typeof storeNames)[number]): IDBObjectStore =>
    database.transaction(name, 'readonly').objectStore(name);

  const find = (source: IDBObjectStore, keys: readonly RowKey[]): Promise<(StoredRow | undefined)[]> =>
    Promise.all(keys.map((key) => settled<StoredRow | undefined>(source.get(keyOf(key)))));

  /** Up to `limit` rows along a cursor; a callback and no promise, because a transaction ends when it has nothing to do. */
  const walk = (
    request: IDBRequest<IDBCursorWithValue | null>,
    limit: number,
    isWanted: (row: StoredRow) => boolean,
  ): Promise<StoredRow[]> =>
    new Promise((resolve, reject) => {
      const found: StoredRow[] = [];
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null || found.length >= limit) return resolve(found);
        const row: StoredRow = cursor.value;
        if (isWanted(row)) found.push(row);
        cursor.continue();
      };
    });

  /** One transaction over everything. `work` says whether to keep it. */
  const writing = (
    work: (stores: Readonly<Record<(typeof storeNames)[number], IDBObjectStore>>) => Promise<boolean>,
  ): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(storeNames, 'readwrite', { durability: 'strict' });
      let isKept = true;
      let fault: unknown = null;
      transaction.oncomplete = () => resolve(isKept);
      transaction.onabort = () => (isKept ? reject(fault ?? transaction.error) : resolve(false));
      const [rows, documents, quarantine] = [
        transaction.objectStore('rows'),
        transaction.objectStore('documents'),
        transaction.objectStore('quarantine'),
      ];
      work({ rows, documents, quarantine }).then(
        (kept) => {
          isKept = kept;
          if (!kept) transaction.abort();
        },
        (error: unknown) => {
          fault = error;
          // A request that failed has ended the transaction already.
          if (transaction.error === null) transaction.abort();
        },
      );
    });

  const putDocuments = async (target: IDBObjectStore, documents: readonly StoredDocument[]): Promise<boolean> => {
    const known = await Promise.all(documents.map(({ key }) => settled<StoredDocument | undefined>(target.get(key))));
    if (documents.some(({ revision }, index) => (known[index]?.revision ?? 0) !== revision)) return false;
    for (const document of documents) target.put({ ...document, revision: document.revision + 1 });
    return true;
  };

  const rewriteAll = (target: IDBObjectStore, change: (row: StoredRow) => StoredRow): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = target.openCursor();
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null) return resolve();
        cursor.update(change(cursor.value));
        cursor.continue();
      };
    });

  return {
    rows: async (keys) => (await find(reading('rows'), keys)).map((row) => row ?? null),
    list: (table, after, limit) => {
      const range = IDBKeyRange.bound(after === null ? [table] : [table, after], [table, []], after !== null, true);
      return walk(reading('rows').openCursor(range), limit, ({ value }) => value !== null);
    },
    unsent: (limit, only) =>
      walk(
        reading('rows').index('unsentSince').openCursor(),
        limit,
        ({ value }) => only === undefined || value === null,
      ),
    countUnsent: () => settled(reading('rows').index('unsentSince').count()),
    unseen: (pass, limit) =>
      walk(
        reading('rows').index('pass').openCursor(IDBKeyRange.upperBound(pass, true)),
        limit,
        ({ unsentSince }) => unsentSince === null,
      ),
    document: async (key) =>
      (await settled<StoredDocument | undefined>(reading('documents').get(key))) ?? { key, text: null, revision: 0 },
    quarantine: async () =>
      (await settled<QuarantinedChange[]>(reading('quarantine').getAll())).sort((a, b) => a.at - b.at),
    commit: ({ rows = [], documents = [], setAside = [], release = [], forget = [] }) =>
      writing(async (stores) => {
        const touched = [...rows, ...forget];
        const known = await find(stores.rows, touched);
        if (touched.some(({ revision }, index) => (known[index]?.revision ?? 0) !== revision)) return false;
        if (!(await putDocuments(stores.documents, documents))) return false;
        for (const row of rows) stores.rows.put({ ...row, revision: row.revision + 1 });
        for (const row of forget) stores.rows.delete(keyOf(row));
        for (const change of setAside) stores.quarantine.put(change);
        for (const key of release) stores.quarantine.delete(key);
        return true;
      }),
    resendAll: (since, documents) =>
      writing(async (stores) => {
        if (!(await putDocuments(stores.documents, documents))) return false;
        await rewriteAll(stores.rows, (row) => ({
          ...row,
          unsentSince: since,
          logged: null,
          base: null,
          revision: row.revision + 1,
        }));
        return true;
      }),
    clear: (documents) =>
      writing(async (stores) => {
        if (!(await putDocuments(stores.documents, documents))) return false;
        stores.rows.clear();
        stores.quarantine.clear();
        return true;
      }),
    async close() {
      database.close();
    },
  };
};
