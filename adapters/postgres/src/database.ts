import { createHash } from 'node:crypto';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { types } from 'pg';
import { isLost, isUndone, isUnprepared, toReported } from './trouble.js';

export type Value = string | number | boolean | null | Buffer | readonly (string | number | null)[];

/** Runs one statement. Numbers of 64 bits come as numbers: none of ours passes 2^53. */
export type Query = <R extends QueryResultRow>(text: string, values?: readonly Value[]) => Promise<R[]>;

/** A statement that each connection parses and plans once. Its name follows from its text, so no other one has it. */
export interface Prepared {
  readonly name?: string;
  readonly text: string;
  /** 'array': rows without the names of their columns. */
  readonly rowMode: 'array' | undefined;
}

export const prepared = (text: string, rowMode?: 'array'): Prepared => ({
  name: `synckeep_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`,
  text,
  rowMode,
});

/** As {@link Query}, for statements by themselves. */
type Single = <R extends QueryResultRow>(statement: string | Prepared, values?: readonly Value[]) => Promise<R[]>;

/** The host's pool, as the stores use it. Every error of a database that is down is SyncError `unavailable`. */
export interface Database {
  /** The quoted name of the schema. */
  readonly schema: string;
  /** One statement, one round trip, committed when it resolves. Tried once more when its connection was lost, so it must be safe to repeat. */
  readonly query: Single;
  /** The same for a statement that must not be repeated blindly. */
  readonly once: Single;
  /** Statements that all see one snapshot. */
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** A transaction, durable when it resolves. What `work` throws undoes it; a deadlock runs `work` again. */
  write<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** The same before the schema is there. */
  prepare<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

/** How often a transaction is run that others undo, or a statement whose connection is lost. */
const attempts = 5;

const readCommitted = 'BEGIN ISOLATION LEVEL READ COMMITTED';

const int8 = 20;

const ownTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

const singleOn =
  (on: Pick<Pool, 'query'> | PoolClient): Single =>
  async <R extends QueryResultRow>(statement: string | Prepared, values: readonly Value[] = []): Promise<R[]> => {
    const asked = typeof statement === 'string' ? { text: statement } : statement;
    const { rows } = await on.query<R>({ ...asked, values: [...values], types: ownTypes });
    return rows;
  };

/** Prepares nothing. */
const unprepared =
  (single: Single): Single =>
  (statement, values) =>
    single(typeof statement === 'string' ? statement : { text: statement.text, rowMode: statement.rowMode }, values);

export const queryOf = (client: PoolClient): Single => unprepared(singleOn(client));

/**
 * Prepares statements until a connection does not have one that it has prepared: then something between gives each
 * statement whatever connection is free. That one was not run, so it is run now.
 */
const preparing = (pool: Pool): Single => {
  const named = singleOn(pool);
  const plain = unprepared(named);
  let isPreparing = true;
  return async (statement, values) => {
    if (!isPreparing) return plain(statement, values);
    try {
      return await named(statement, values);
    } catch (error) {
      if (!isUnprepared(error)) throw error;
      isPreparing = false;
      return plain(statement, values);
    }
  };
};

export const quoteSchema = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const createDatabase = (pool: Pool, schemaName: string): Database => {
  const schema = quoteSchema(schemaName);

  const inTransaction = async <T>(begin: string, work: (query: Query) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    // Else a connection that is lost now would end the process.
    const onLost = (error: Error): void => {
      broken = error;
    };
    client.on('error', onLost);
    try {
      const query = queryOf(client);
      await query(begin);
      try {
        const value = await work(query);
        await query('COMMIT');
        return value;
      } catch (error) {
        // Where this fails too, the connection is not one to use again.
        await query('ROLLBACK').catch((fault: Error) => {
          broken = fault;
        });
        throw error;
      }
    } catch (error) {
      if (isLost(error) && error instanceof Error) broken = error;
      throw error;
    } finally {
      client.off('error', onLost);
      client.release(broken);
    }
  };

  const patiently = async <T>(work: () => Promise<T>, isWorthwhile: (error: unknown, attempt: number) => boolean) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isWorthwhile(error, attempt)) throw toReported(error);
      }
    }
  };
  const onceMore = (error: unknown, attempt: number): boolean => attempt === 1 && isLost(error);
  const untilDone = (error: unknown, attempt: number): boolean => attempt < attempts && isUndone(error);

  const run = preparing(pool);
  return {
    schema,
    query: <R extends QueryResultRow>(statement: string | Prepared, values?: readonly Value[]) =>
      patiently(() => run<R>(statement, values), onceMore),
    once: <R extends QueryResultRow>(statement: string | Prepared, values?: readonly Value[]) =>
      patiently(() => run<R>(statement, values), untilDone),
    read: (work) => patiently(() => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work), onceMore),
    write: (work) =>
      patiently(() => inTransaction(`${readCommitted}; SELECT ${schema}.begin_write()`, work), untilDone),
    prepare: (work) => patiently(() => inTransaction(readCommitted, work), untilDone),
  };
};
