import { afterAll, expect, it } from 'vitest';
import { createDatabase } from '../src/database.js';
import { startPostgres } from './database.js';

const server = await startPostgres();
const [pool, admin] = [server.pool(), server.pool()];
afterAll(() => server.stop());

it('is unavailable, and the process goes on, when a connection is lost between two statements of a transaction', async () => {
  pool.on('error', () => {});
  const { prepare } = createDatabase(pool, 'synckeep');
  const isThere = async (pid: number | undefined) =>
    (await admin.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).rows.length > 0;
  const lost = prepare(async (query) => {
    const [backend] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await admin.query('SELECT pg_terminate_backend($1)', [backend?.pid]);
    await expect.poll(() => isThere(backend?.pid)).toBe(false);
    return query('SELECT 1');
  });
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  expect(await prepare((query) => query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
});
