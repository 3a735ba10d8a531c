import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describeService } from '@synckeep/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import { call } from './api.js';
import { runHere } from './here.js';
import { createInUse, downloadBlob, pullAll } from './in-use.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const { makeFolder, open, serve, close } = createInUse();
afterEach(close);

const run = <T>(dataDir: string, database: string | null, ...args: readonly string[]): Promise<T> =>
  runHere<T>(
    { SYNCKEEP_DATA_DIR: dataDir, ...(database === null ? {} : { SYNCKEEP_DATABASE_URL: database }) },
    ...args,
  );

const createDatabase = async (postgres: RunningPostgres, name: string): Promise<string> => {
  const pool = postgres.pool();
  await pool.query(`CREATE DATABASE ${name}`);
  await pool.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
};

const query = async (url: string, text: string) => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

/** Backs up a server on one database and restores it into another; devices notice, and nothing else changes. */
const moveThere = async (postgres: RunningPostgres, name: string, database: string): Promise<void> => {
  const from = await createDatabase(postgres, `${name}_from`);
  const { folder, server, laptop, blob, hash, place } = await open({ database: from });
  const { body } = await laptop.status();
  const report = await run<{ reason: string | null }>(folder, from, 'backup', place);
  expect(report).toMatchObject({ database, blobs: 2, blobs_new: 2 });
  await server.stop(0);

  const to = await createDatabase(postgres, `${name}_to`);
  const target = makeFolder();
  expect(await run(target, to, 'restore', place)).toMatchObject({ database, logs: 1, blobs: 2 });
  const restored = await serve(target, { database: to });
  const { token, deviceId } = laptop;
  const input = { device_id: deviceId, cursor: body.latest_cursor };
  expect((await call(restored, 'POST', '/pull', { token, body: input })).body).toMatchObject({
    ...{ code: 'cursor_expired', details: { reason: 'restored' } },
  });
  expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
  expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);
  await laptop.push('three', restored);
  expect(await pullAll(restored, laptop)).toEqual(['one', 'two', 'three']);
  await expect(run(makeFolder(), to, 'restore', place)).rejects.toThrow(/already.*empty place only/);
  expect(await query(to, "SELECT nspname FROM pg_namespace WHERE nspname ~ 'restoring'")).toEqual([]);
};

const binaries = '/usr/lib/postgresql/15/bin';

describeService(
  'a backup of PostgreSQL with pg_dump',
  {
    service: 'pg_dump',
    found: existsSync(joinPath(binaries, 'postgres')) && existsSync('/usr/bin/pg_dump') ? binaries : undefined,
    hint: 'install the Debian packages postgresql-15 and postgresql-client-15.',
    required: process.env['SYNCKEEP_REQUIRE'],
  },
  (found) => {
    let postgres: RunningPostgres;
    beforeAll(async () => {
      postgres = await startPostgres({ binaries: found });
    });
    afterAll(() => postgres.stop());

    it('is a dump of the schema, restored into another database', () => moveThere(postgres, 'dumped', 'pg_dump'));

    it('is not restored into SQLite or another schema, and a half of it is not served', async () => {
      const from = await createDatabase(postgres, 'half_from');
      const { folder, place } = await open({ database: from });
      const { snapshot } = await run<{ snapshot: string }>(folder, from, 'backup', place);
      await expect(run(makeFolder(), null, 'restore', place)).rejects.toThrow(/is a dump of PostgreSQL/);
      await expect(run(makeFolder(), from, 'restore', place, '--database-schema', 'other')).rejects.toThrow(
        /is of the schema synckeep/,
      );
      const to = await createDatabase(postgres, 'half_to');
      // As a restore leaves it that is killed before the schema came.
      await query(to, `CREATE SCHEMA synckeep_restoring; COMMENT ON SCHEMA synckeep_restoring IS '${snapshot}'`);
      await expect(run(makeFolder(), to, 'app', 'list')).rejects.toThrow(/is not done. Repeat "synckeep restore"/);
      const again = await run<{ snapshot: string }>(folder, from, 'backup', place);
      await expect(run(makeFolder(), to, 'restore', place)).rejects.toThrow(
        `Repeat that one with --snapshot ${snapshot}`,
      );
      expect(again.snapshot).not.toBe(snapshot);
      const target = makeFolder();
      expect(await run(target, to, 'restore', place, '--snapshot', snapshot)).toMatchObject({ logs: 1 });
      expect(await run<unknown[]>(target, to, 'app', 'list')).toHaveLength(1);
    });

    it('as an export goes into SQLite too', async () => {
      const from = await createDatabase(postgres, 'export_from');
      const { folder, server, laptop, blob, hash, place } = await open({ database: from });
      expect(await run(folder, from, 'backup', place, '--form', 'export')).toMatchObject({
        database: 'export',
        reason: null,
      });
      await server.stop(0);
      const target = makeFolder();
      expect(await run(target, null, 'restore', place)).toMatchObject({ database: 'export', logs: 1, blobs: 2 });
      const restored = await serve(target);
      // The signing secrets came along.
      expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
      expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);
    });
  },
);

describeService(
  'a backup of a PostgreSQL that is newer than pg_dump',
  { service: 'postgres', found: 'embedded', hint: '', required: undefined },
  () => {
    let postgres: RunningPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres.stop());

    it('is an export, says why, and is restored into another database', () => moveThere(postgres, 'newer', 'export'));
  },
);
