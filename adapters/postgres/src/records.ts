import { createHash } from 'node:crypto';
import { endOfPrefix, type Json, type Records, type RecordWrite, type TransactResult } from '@synckeep/core';
import type { Database, Query } from './database.js';
import { lockRecords } from './record-locks.js';
import { type PlannedPut, planWrites, type UniqueValue, uniqueId, uniqueValuesOf } from './record-plan.js';
import { createFindStates, type RecordId, type RecordState, recordId } from './record-states.js';

interface RecordRow {
  readonly key: string;
  readonly version: number;
  readonly expiresAt: number | null;
  readonly value: string;
}

/** A value may be longer than an entry of an index, so its SHA-256 stands for it. */
const digestOf = (value: string): string => `\\x${createHash('sha256').update(value).digest('hex')}`;

const parseValue = (text: string): Json => JSON.parse(text);

const toRecord = <T extends RecordRow>({ value, ...row }: T) => ({ ...row, value: parseValue(value) });

/** Rows of the index: those of unique values first, so that they win where one value is in both. */
const indexRowsOf = ({ write: { kind, key, unique, indexes } }: PlannedPut) => [
  ...Object.entries(unique).map(([name, value]) => ({ kind, key, name, value, isUnique: 'true' })),
  ...Object.entries(indexes).flatMap(([name, values]) =>
    values.map((value) => ({ kind, key, name, value, isUnique: 'false' })),
  ),
];

/** Writes are locked alone, conditions together with others that rely on the same. */
const locksOf = (writes: readonly RecordWrite[]) =>
  writes.flatMap((write) => {
    if (write.write === 'check') {
      return write.condition === 'any' ? [] : [{ id: recordId(write), isExclusive: false }];
    }
    return [recordId(write), ...uniqueValuesOf(write).map(uniqueId)].map((id) => ({ id, isExclusive: true }));
  });

const columnsOf = (ids: readonly RecordId[]) => [ids.map(({ kind }) => kind), ids.map(({ key }) => key)];

export const createRecords = (database: Database): Records => {
  const { schema, query } = database;
  const findStates = createFindStates(schema);
  const columns = 'r.key, r.version, r.expires_at AS "expiresAt", r.value';
  const get = `SELECT ${columns} FROM ${schema}.record r WHERE r.kind = $1 AND r.key = $2`;
  const find = `SELECT ${columns} FROM ${schema}.record_index i
    JOIN ${schema}.record r ON r.kind = i.kind AND r.key = i.key
    WHERE i.kind = $1 AND i.name = $2 AND i.digest = $3 AND ($4::text IS NULL OR i.key > $4) ORDER BY i.key LIMIT $5`;
  const count = `SELECT count(*) AS count FROM ${schema}.record WHERE kind = $1`;
  // What an entry of the index has room for comes first; where values are alike in that, the rest of them decides.
  const findByPrefix = (isEnded: boolean) => `SELECT ${columns} FROM ${schema}.record_index i
    JOIN ${schema}.record r ON r.kind = i.kind AND r.key = i.key
    WHERE i.is_unique AND i.kind = $1 AND i.name = $2 AND left(i.value, 500) >= left($3, 500) AND i.value >= $3
      AND i.value IS DISTINCT FROM $4
      ${isEnded ? 'AND left(i.value, 500) <= left($6, 500) AND i.value < $6' : ''}
    ORDER BY left(i.value, 500), i.value LIMIT $5`;
  const all = `SELECT r.kind, ${columns} FROM ${schema}.record r
    WHERE (r.kind, r.key) > ($1, $2) ORDER BY r.kind, r.key LIMIT $3`;
  const holders = `SELECT asked.nth::integer AS nth, r.kind, r.key, r.version, r.expires_at AS "expiresAt"
    FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS asked (kind, name, digest, nth)
    JOIN ${schema}.record_index i ON i.kind = asked.kind AND i.name = asked.name AND i.digest = asked.digest
    JOIN ${schema}.record r ON r.kind = i.kind AND r.key = i.key
    WHERE i.is_unique`;
  const put = `INSERT INTO ${schema}.record (kind, key, version, expires_at, value)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
    ON CONFLICT (kind, key) DO UPDATE
      SET version = excluded.version, expires_at = excluded.expires_at, value = excluded.value`;
  const remove = (table: 'record' | 'record_index') => `DELETE FROM ${schema}.${table} r
    USING unnest($1::text[], $2::text[]) AS gone (kind, key) WHERE r.kind = gone.kind AND r.key = gone.key`;
  const index = `INSERT INTO ${schema}.record_index (kind, name, digest, key, is_unique, value)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::boolean[], $6::text[])
    ON CONFLICT DO NOTHING`;
  // Without a lock of their own: what somebody else writes at this moment is not touched.
  const removeExpired = (chosen: string) => `
    WITH chosen AS MATERIALIZED (${chosen} FOR UPDATE OF r SKIP LOCKED)
    DELETE FROM ${schema}.record r USING chosen WHERE r.kind = chosen.kind AND r.key = chosen.key
    RETURNING r.kind, r.key`;
  const removeRivals = removeExpired(`SELECT r.kind, r.key FROM unnest($2::text[], $3::text[]) AS rival (kind, key)
    JOIN ${schema}.record r ON r.kind = rival.kind AND r.key = rival.key WHERE r.expires_at <= $1`);
  const sweep = removeExpired(
    `SELECT r.kind, r.key FROM ${schema}.record r WHERE r.expires_at <= $1 ORDER BY r.expires_at LIMIT $2`,
  );

  /** After the records themselves, here and everywhere: so nobody waits for rows of the index. */
  const unindex = async (run: Query, ids: readonly RecordId[]): Promise<void> => {
    if (ids.length > 0) await run(remove('record_index'), columnsOf(ids));
  };

  const findHolders = async (run: Query, values: readonly UniqueValue[]) => {
    const found = new Map(values.map((value) => [uniqueId(value), new Map<string, RecordState>()]));
    if (values.length === 0) return found;
    const asked = [
      values.map(({ kind }) => kind),
      values.map(({ name }) => name),
      values.map(({ value }) => digestOf(value)),
    ];
    for (const { nth, ...state } of await run<RecordState & { readonly nth: number }>(holders, asked)) {
      const value = values[nth - 1];
      if (value) found.get(uniqueId(value))?.set(recordId(state), state);
    }
    return found;
  };

  const store = async (run: Query, puts: readonly PlannedPut[]): Promise<void> => {
    if (puts.length === 0) return;
    const ids = puts.map(({ write }) => write);
    await run(put, [
      ...columnsOf(ids),
      puts.map(({ version }) => version),
      puts.map(({ write }) => write.expiresAt),
      puts.map(({ write }) => JSON.stringify(write.value)),
    ]);
    await unindex(run, ids);
    const rows = puts.flatMap(indexRowsOf);
    if (rows.length === 0) return;
    await run(index, [
      rows.map(({ kind }) => kind),
      rows.map(({ name }) => name),
      rows.map(({ value }) => digestOf(value)),
      rows.map(({ key }) => key),
      rows.map(({ isUnique }) => isUnique),
      // Only these are looked for by their beginning.
      rows.map(({ isUnique, value }) => (isUnique === 'true' ? value : null)),
    ]);
  };

  const transact = async (run: Query, writes: readonly RecordWrite[], now: number): Promise<TransactResult> => {
    await lockRecords(run, locksOf(writes));
    const states = await findStates(run, writes);
    const held = await findHolders(run, writes.flatMap(uniqueValuesOf));
    const { result, puts, deletes, expired } = planWrites(writes, now, states, held);
    if (deletes.length > 0) await run(remove('record'), columnsOf(deletes));
    await unindex(run, deletes);
    if (expired.length > 0) await unindex(run, await run<RecordState>(removeRivals, [now, ...columnsOf(expired)]));
    await store(run, puts);
    return result;
  };

  return {
    async get(kind, key) {
      const [row] = await query<RecordRow>(get, [kind, key]);
      return row ? toRecord(row) : null;
    },

    async find(kind, name, value, { after, limit }) {
      const rows = await query<RecordRow>(find, [kind, name, digestOf(value), after, limit]);
      return rows.map(toRecord);
    },

    async count(kind) {
      const [row] = await query<{ count: number }>(count, [kind]);
      return row?.count ?? 0;
    },

    async findByPrefix(kind, name, prefix, { after, limit }) {
      const end = endOfPrefix(prefix);
      const isBehind = after !== null && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) > 0;
      const values = [kind, name, isBehind ? after : prefix, after, limit, ...(end === null ? [] : [end])];
      const rows = await query<RecordRow>(findByPrefix(end !== null), values);
      return rows.map(toRecord);
    },

    async all(after, limit) {
      // No kind is "".
      const rows = await query<RecordRow & RecordId>(all, [after?.kind ?? '', after?.key ?? '', limit]);
      return rows.map(toRecord);
    },

    transact: (writes, now) => database.write((run) => transact(run, writes, now)),

    sweep: (now, limit) =>
      database.write(async (run) => {
        const gone = await run<RecordState>(sweep, [now, limit]);
        await unindex(run, gone);
        return gone.length;
      }),
  };
};
