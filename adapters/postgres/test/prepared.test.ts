import type pg from 'pg';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database, prepared } from '../src/database.js';
import { startPostgres } from './database.js';

const server = await startPostgres();
afterAll(() => server.stop());

describe('a statement that is prepared', () => {
  const note = prepared('INSERT INTO noted VALUES ($1) RETURNING *');
  let pool: pg.Pool;
  let database: Database;
  beforeEach(async () => {
    pool = server.pool({ max: 1 });
    database = createDatabase(pool, 'synckeep');
    await pool.query('DROP TABLE IF EXISTS noted; CREATE TABLE noted (id int)');
  });

  const known = async (): Promise<readonly string[]> =>
    (await pool.query<{ name: string }>('SELECT name FROM pg_prepared_statements')).rows.map(({ name }) => name);
  const noted = async (): Promise<readonly number[]> =>
    (await pool.query<{ id: number }>('SELECT id FROM noted ORDER BY id')).rows.map(({ id }) => id);

  it('is parsed once by a connection, under a name that its text alone has', async () => {
    await database.once(note, [1]);
    await database.query(note, [2]);
    expect(await known()).toEqual([note.name]);
    expect(prepared(`${note.text} `).name).not.toBe(note.name);
    expect(note.name?.length).toBeLessThan(64);
  });

  it.each([
    ['is not there any more', () => 'DEALLOCATE ALL'],
    ['has other columns than before', () => 'ALTER TABLE noted ADD COLUMN more int'],
  ])('is run once all the same when it %s, and not prepared from then on', async (_, change) => {
    await database.once(note, [1]);
    await pool.query(change());
    expect(await database.once(note, [2])).toMatchObject([{ id: 2 }]);
    await pool.query('DEALLOCATE ALL');
    expect(await database.query(note, [3])).toMatchObject([{ id: 3 }]);
    expect(await known()).toEqual([]);
    expect(await noted()).toEqual([1, 2, 3]);
  });

  it('is run once all the same when another client has left one of its name in the connection', async () => {
    await pool.query(`PREPARE ${note.name} AS SELECT 1`);
    expect(await database.once(note, [1])).toEqual([{ id: 1 }]);
    expect(await noted()).toEqual([1]);
  });

  it('answers rows without names where that is asked for, prepared or not', async () => {
    const pair = prepared('SELECT 1, 2', 'array');
    expect(await database.query(pair)).toEqual([[1, 2]]);
    await pool.query('DEALLOCATE ALL');
    expect(await database.query(pair)).toEqual([[1, 2]]);
    expect(await known()).toEqual([]);
  });

  it('reports its own errors, and goes on being prepared', async () => {
    await expect(database.once(note, ['no number'])).rejects.toMatchObject({ code: '22P02' });
    expect(await database.once(note, [1])).toEqual([{ id: 1 }]);
    expect(await known()).toEqual([note.name]);
  });
});
