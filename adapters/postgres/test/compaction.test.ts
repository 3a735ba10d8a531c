import type { CompactionStep, NewChange, Scope, Storage } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { createScope, newBatch, now, register } from './samples.js';

const bounds = { now, keepFrom: now, activeSince: now + 1, limit: 1_000, isThorough: true };
const rowCount = 200;
const changeCount = 4_000;

describe('compaction', () => {
  let server: RunningPostgres;
  let schema: string;
  let pool: pg.Pool;
  let storage: Storage;
  let scope: Scope;
  let device: string;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    schema = newSchema();
    ({ pool, storage } = connect(server, schema, { application_name: schema }));
    await storage.migrate();
    scope = createScope();
    device = await register(storage, scope);
  });

  const change = (position: number): NewChange => ({
    ...{ table: 'tasks', rowId: `row ${position % rowCount}`, timestamp: 't', blobs: null },
    ...(position % 11 === 0 ? { op: 'delete', data: null } : { op: 'update', data: `data of ${position}` }),
  });

  /** Every row of the log is written again and again, and now and then deleted. */
  const fill = async (): Promise<void> => {
    for (let from = 0; from < changeCount; from += 500) {
      const changes = Array.from({ length: 500 }, (_, index) => change(from + index + 1));
      await storage.changeLog.append(scope, newBatch(device, undefined, { changes }));
    }
  };

  /** What the log holds, against what it must hold once all was gone over: each row once, the last time. */
  const check = async (): Promise<void> => {
    const { rows } = await pool.query(
      `SELECT position::integer, row_id, data FROM ${schema}.change WHERE scope = $1 ORDER BY position`,
      [toScopeId(scope)],
    );
    const last = Array.from({ length: rowCount }, (_, index) => changeCount - rowCount + index + 1);
    const kept = last.filter((position) => position % 11 !== 0);
    expect(rows).toEqual(
      kept.map((position) => ({ position, row_id: change(position).rowId, data: change(position).data })),
    );
    const bytes = kept.reduce((sum, position) => sum + (change(position).data?.length ?? 0), 0);
    expect(await storage.changeLog.status(scope, now)).toMatchObject({ totalChanges: kept.length, bytesUsed: bytes });
    const survivors = `SELECT count(*)::integer AS count FROM ${schema}.survivor v
      JOIN ${schema}.change c USING (scope, log, position, table_name, row_id) WHERE v.scope = $1`;
    expect((await pool.query(survivors, [toScopeId(scope)])).rows).toEqual([{ count: kept.length }]);
  };

  /** Steps until it is done, whatever befalls the database meanwhile. @returns how many steps were broken off */
  const compact = async (on: Storage): Promise<number> => {
    let broken = 0;
    for (let state: CompactionStep['state'] = 'more'; state !== 'done'; ) {
      try {
        ({ state } = await on.changeLog.compact(scope, { ...bounds, limit: 100 }));
      } catch (error) {
        if (!isSyncError(error) || error.code !== 'unavailable') throw error;
        broken++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    return broken;
  };

  it('goes on by itself after the database was killed in the middle, and nothing is lost or counted twice [P-86]', async () => {
    await fill();
    let isOver = false;
    const compacting = compact(storage).finally(() => {
      isOver = true;
    });
    for (let times = 0; times < 3 && !isOver; times++) {
      await expect
        .poll(
          async () => isOver || (await storage.changeLog.status(scope, now)).totalChanges < changeCount - times * 500,
          // Far more often than all of it takes.
          { interval: 5 },
        )
        .toBe(true);
      await server.kill();
      await server.start();
    }
    expect(await compacting).toBeGreaterThan(0);
    await check();
  }, 60_000);

  it('goes on in another process after one was cut off in the middle of a step', async () => {
    await fill();
    const other = connect(server, schema).storage;
    const holder = await server.pool().connect();
    for (const on of [storage, other, storage]) {
      await on.changeLog.compact(scope, { ...bounds, limit: 300 });
      // A step that has begun to write and waits for a change of its scope is ended there.
      await holder.query('BEGIN');
      await holder.query(`SELECT FROM ${schema}.change WHERE scope = $1 FOR UPDATE`, [toScopeId(scope)]);
      const cut = on.changeLog.compact(scope, { ...bounds, limit: 100_000 }).catch((error: unknown) => error);
      const waiters = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%.compact(%'`;
      await expect.poll(async () => (await holder.query(waiters)).rowCount).toBe(1);
      await holder.query(`SELECT pg_terminate_backend(pid) FROM (${waiters}) AS waiting`);
      await holder.query('COMMIT');
      await cut;
    }
    holder.release();
    await Promise.all([compact(storage), compact(other)]);
    await check();
  });

  it('holds nobody up where nothing is to be done', async () => {
    await fill();
    await compact(storage);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ${schema}.scope WHERE scope = $1 FOR UPDATE`, [toScopeId(scope)]);
    expect(await storage.changeLog.compact(scope, bounds)).toMatchObject({ removed: 0, state: 'done' });
    await holder.query('ROLLBACK');
    holder.release();
    await check();
  });

  it('does not wait for the disk, which the next push does [P-32]', async () => {
    await pool.query(`
      CREATE TABLE ${schema}.seen (at text);
      CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ${schema}.seen VALUES (TG_TABLE_NAME || ' ' || current_setting('synchronous_commit'));
        RETURN NULL;
      END
      $$`);
    for (const table of ['survivor', 'batch']) {
      await pool.query(`CREATE CONSTRAINT TRIGGER note AFTER INSERT ON ${schema}.${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.note()`);
    }
    await storage.changeLog.append(scope, newBatch(device));
    await storage.changeLog.compact(scope, bounds);
    await storage.changeLog.append(scope, newBatch(device));
    const { rows } = await pool.query<{ at: string }>(`SELECT at FROM ${schema}.seen`);
    expect(rows.map(({ at }) => at)).toEqual(['batch on', 'survivor off', 'batch on']);
  });

  it('removes large data in small bites', async () => {
    const data = 'x'.repeat(700_000);
    for (let index = 0; index < 6; index++) {
      const changes = [{ table: 'tasks', op: 'update', rowId: 'r', timestamp: 't', data, blobs: null } as const];
      await storage.changeLog.append(scope, newBatch(device, undefined, { changes }));
    }
    const slices = `SELECT count(*)::integer AS count FROM ${schema}.change WHERE scope = $1`;
    let removed = 0;
    for (let state: CompactionStep['state'] = 'more'; state === 'more'; ) {
      const { rows } = await pool.query(`SELECT ${schema}.compact($1, $2, $3, $4, $4, $5, 1000, 0) AS step`, [
        toScopeId(scope),
        scope.appId,
        scope.userId,
        now,
        now + 1,
      ]);
      ({ state } = rows[0].step);
      expect(rows[0].step.removed).toBeLessThanOrEqual(1);
      removed += rows[0].step.removed;
    }
    expect(removed).toBe(5);
    expect((await pool.query(slices, [toScopeId(scope)])).rows).toEqual([{ count: 1 }]);
    expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(data.length);
  });
});
