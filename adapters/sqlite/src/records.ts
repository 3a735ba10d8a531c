import {
  endOfPrefix,
  type Json,
  type RecordPut,
  type Records,
  type RecordWrite,
  type TransactResult,
} from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareConditions } from './record-conditions.js';
import type { Writer } from './writer.js';

interface RecordRow {
  readonly key: string;
  readonly version: number;
  readonly expiresAt: number | null;
  readonly value: string;
}

type NamedRow = RecordRow & { readonly kind: string };
type Rival = Pick<RecordRow, 'key' | 'expiresAt'>;

const columns = 'r.key, r.version, r.expires_at AS expiresAt, r.value';

// CROSS JOIN keeps the order of the tables: first the index, in order of key.
const indexed = `SELECT ${columns} FROM sync_record_index i
  CROSS JOIN sync_record r ON r.kind = i.kind AND r.key = i.key`;

/** From the prefix or the value `after`, whichever is behind the other. */
const prefixed = `${indexed} WHERE i.kind = ? AND i.name = ? AND i.is_unique = 1
  AND i.value >= max(?, ifnull(?, '')) AND i.value IS NOT ?`;

/** Kind, name, prefix and twice `after`. */
type Beginning = [string, string, string, string | null, string | null];

const prepare = (database: Database) => ({
  isMet: prepareConditions(database),
  get: database.prepare<[string, string], RecordRow>(
    `SELECT ${columns} FROM sync_record r WHERE r.kind = ? AND r.key = ?`,
  ),
  findFirst: database.prepare<[string, string, string, number], RecordRow>(
    `${indexed} WHERE i.kind = ? AND i.name = ? AND i.value = ? ORDER BY i.key LIMIT ?`,
  ),
  findAfter: database.prepare<[string, string, string, string, number], RecordRow>(
    `${indexed} WHERE i.kind = ? AND i.name = ? AND i.value = ? AND i.key > ? ORDER BY i.key LIMIT ?`,
  ),
  prefixedTo: database.prepare<[...Beginning, string, number], RecordRow>(
    `${prefixed} AND i.value < ? ORDER BY i.value LIMIT ?`,
  ),
  prefixed: database.prepare<[...Beginning, number], RecordRow>(`${prefixed} ORDER BY i.value LIMIT ?`),
  rivals: database.prepare<[string, string, string, string], Rival>(
    `SELECT r.key, r.expires_at AS expiresAt FROM sync_record_index i
     CROSS JOIN sync_record r ON r.kind = i.kind AND r.key = i.key
     WHERE i.kind = ? AND i.name = ? AND i.value = ? AND i.is_unique = 1 AND i.key <> ?`,
  ),
  count: database.prepare<[string], number>('SELECT count(*) FROM sync_record WHERE kind = ?').pluck(),
  // No kind is "".
  all: database.prepare<[string, string, number], NamedRow>(
    `SELECT r.kind, ${columns} FROM sync_record r WHERE (r.kind, r.key) > (?, ?) ORDER BY r.kind, r.key LIMIT ?`,
  ),
  // What takes the place of an expired record is a new one.
  put: database.prepare<[string, string, number | null, string, number]>(
    `INSERT INTO sync_record (kind, key, version, expires_at, value) VALUES (?, ?, 1, ?, ?)
     ON CONFLICT DO UPDATE SET version = CASE WHEN expires_at <= ? THEN 1 ELSE version + 1 END, expires_at = excluded.expires_at, value = excluded.value`,
  ),
  delete: database.prepare<[string, string]>('DELETE FROM sync_record WHERE kind = ? AND key = ?'),
  index: database.prepare<[string, string, string, string, 0 | 1]>(
    'INSERT OR IGNORE INTO sync_record_index (kind, name, value, key, is_unique) VALUES (?, ?, ?, ?, ?)',
  ),
  unindex: database.prepare<[string, string]>('DELETE FROM sync_record_index WHERE kind = ? AND key = ?'),
  expired: database.prepare<[number, number], { kind: string; key: string }>(
    'SELECT kind, key FROM sync_record WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
  ),
});

/** Thrown inside the transaction so that the writes before the refused one are undone. */
class Refused extends Error {
  readonly result: TransactResult;

  constructor(result: TransactResult) {
    super('The transaction of records was refused.');
    this.result = result;
  }
}

const parseValue = (text: string): Json => JSON.parse(text);

const toRecord = <T extends RecordRow>({ value, ...row }: T) => ({ ...row, value: parseValue(value) });

export const createRecords = (database: Database, writer: Writer, read: Reader): Records => {
  const statements = once(() => prepare(database));

  const remove = (kind: string, key: string): void => {
    statements().delete.run(kind, key);
    statements().unindex.run(kind, key);
  };

  /** Frees a unique value that expired records hold. @returns whether a living one holds it. */
  const isTaken = ({ kind, key }: RecordPut, name: string, value: string, now: number): boolean => {
    for (const rival of statements().rivals.all(kind, name, value, key)) {
      if (rival.expiresAt === null || rival.expiresAt > now) return true;
      remove(kind, rival.key);
    }
    return false;
  };

  const put = (write: RecordPut, now: number): boolean => {
    const { put, index, unindex } = statements();
    const { kind, key, value, expiresAt, unique, indexes } = write;
    if (Object.entries(unique).some(([name, text]) => isTaken(write, name, text, now))) return false;
    put.run(kind, key, expiresAt, JSON.stringify(value), now);
    unindex.run(kind, key);
    for (const [name, text] of Object.entries(unique)) index.run(kind, name, text, key, 1);
    for (const [name, texts] of Object.entries(indexes)) {
      for (const text of texts) index.run(kind, name, text, key, 0);
    }
    return true;
  };

  const transact = (writes: readonly RecordWrite[], now: number): TransactResult => {
    for (const [failed, write] of writes.entries()) {
      if (!statements().isMet(write, now)) throw new Refused({ done: false, failed, reason: 'condition' });
      if (write.write === 'delete') remove(write.kind, write.key);
      if (write.write === 'put' && !put(write, now)) throw new Refused({ done: false, failed, reason: 'unique' });
    }
    return { done: true };
  };

  return {
    get: (kind, key) =>
      read(() => {
        const row = statements().get.get(kind, key);
        return row ? toRecord(row) : null;
      }),

    find: (kind, index, value, { after, limit }) =>
      read(() => {
        const { findFirst, findAfter } = statements();
        const rows =
          after === null ? findFirst.all(kind, index, value, limit) : findAfter.all(kind, index, value, after, limit);
        return rows.map(toRecord);
      }),

    count: (kind) => read(() => statements().count.get(kind) ?? 0),

    findByPrefix: (kind, name, prefix, { after, limit }) =>
      read(() => {
        const beginning: Beginning = [kind, name, prefix, after, after];
        const end = endOfPrefix(prefix);
        const rows =
          end === null
            ? statements().prefixed.all(...beginning, limit)
            : statements().prefixedTo.all(...beginning, end, limit);
        return rows.map(toRecord);
      }),

    all: (after, limit) =>
      read(() =>
        statements()
          .all.all(after?.kind ?? '', after?.key ?? '', limit)
          .map(toRecord),
      ),

    async transact(writes, now) {
      try {
        return await writer.write(() => transact(writes, now));
      } catch (error) {
        if (error instanceof Refused) return error.result;
        throw error;
      }
    },

    sweep: (now, limit) =>
      writer.write(() => {
        const expired = statements().expired.all(now, limit);
        for (const { kind, key } of expired) remove(kind, key);
        return expired.length;
      }),
  };
};
