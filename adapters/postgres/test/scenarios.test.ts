import { describeDerived, describeScenarios } from '@synckeep/testing';
import { afterAll, beforeAll } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';

let server: RunningPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const setup = {
  async storage() {
    const schema = newSchema();
    const { pool, storage } = connect(server, schema);
    await storage.migrate();
    const dump = async (): Promise<string> => {
      const { rows } = await pool.query<{ name: string }>(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
        [schema],
      );
      const tables = await Promise.all(rows.map(({ name }) => pool.query(`SELECT * FROM ${schema}.${name}`)));
      return JSON.stringify(tables.map((table) => table.rows));
    };
    const close = async (): Promise<void> => {
      await storage.close();
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    };
    return { storage, dump, close };
  },
};

describeScenarios('PostgreSQL', setup);
describeDerived('PostgreSQL', setup);
