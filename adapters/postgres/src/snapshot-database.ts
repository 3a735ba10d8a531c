import type { PoolClient } from 'pg';
import { type Database, queryOf, quoteSchema } from './database.js';
import { toReported } from './trouble.js';

/** A database that is only read, within the transaction that the connection is in. */
export const createSnapshotDatabase = (client: PoolClient, schemaName: string): Database => {
  const direct = queryOf(client);
  const reported = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw toReported(error);
    }
  };
  const query: Database['query'] = (statement, values) => reported(direct(statement, values));
  const refuse = async (): Promise<never> => {
    throw new Error('A snapshot is only read.');
  };
  return {
    schema: quoteSchema(schemaName),
    query,
    once: query,
    read: (work) => reported(work(direct)),
    write: refuse,
    prepare: refuse,
  };
};
