import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { append, createScope, now, put, register } from './samples.js';

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
}, 60_000);
afterAll(() => database.stop());

describe('what is acknowledged', () => {
  it.each([
    ['off', 'on'],
    ['local', 'on'],
    ['remote_write', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ])('waits for the disk where the database has synchronous_commit = %s: %s [P-32]', async (set, used) => {
    const schema = newSchema();
    const { storage, pool } = connect(database, schema, { options: `-c synchronous_commit=${set}`, max: 1 });
    await storage.migrate();
    await pool.query(`
      CREATE TABLE ${schema}.seen (at text);
      CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ${schema}.seen VALUES (TG_TABLE_NAME || ' ' || current_setting('synchronous_commit'));
        RETURN NULL;
      END
      $$`);
    for (const table of ['change', 'record', 'device']) {
      await pool.query(`CREATE CONSTRAINT TRIGGER note AFTER INSERT ON ${schema}.${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.note()`);
    }
    const scope = createScope();
    const deviceId = await register(storage, scope);
    await append(storage, scope, deviceId, 1);
    await storage.records.transact([put('kind', 'key')], now);
    const { rows } = await pool.query<{ at: string }>(`SELECT at FROM ${schema}.seen ORDER BY at`);
    expect(rows.map(({ at }) => at)).toEqual(['change', 'device', 'record'].map((table) => `${table} ${used}`));
    expect((await pool.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: set }]);
  });
});
