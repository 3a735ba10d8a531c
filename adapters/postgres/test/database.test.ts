import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
}, 60_000);
afterAll(() => database.stop());

it('comes back with what was committed after a restart and after a crash', async () => {
  const pool = database.pool();
  await pool.query('CREATE TABLE kept (id int)');
  await database.restart();
  await pool.query('INSERT INTO kept VALUES (1)');
  await database.kill();
  await expect(pool.query('SELECT 1')).rejects.toThrow();
  await database.start();
  expect((await pool.query('SELECT id FROM kept')).rows).toEqual([{ id: 1 }]);
});

it('sorts text as people do, so that a test notices where bytes were meant', async () => {
  const { rows } = await database.pool().query(`SELECT 'a' < 'B' AS is_linguistic`);
  expect(rows).toEqual([{ is_linguistic: true }]);
});
