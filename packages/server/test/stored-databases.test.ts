import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationNames as postgresNames } from '@synckeep/postgres';
import { migrationNames as sqliteNames } from '@synckeep/sqlite';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import { call } from './api.js';
import { runHere, serveHere } from './here.js';

/** What `scripts/store-databases.mjs` wrote beside the text of a database. */
interface Lived {
  readonly account: { readonly email: string; readonly password: string };
  readonly apiKey: string;
  readonly laptop: string;
  readonly phone: string;
  readonly batch: { readonly batch_id: string };
  /** What the batch was answered with. */
  readonly answered: string;
  /** Of the phone, after the first batch. */
  readonly cursor: string;
  readonly changes: readonly { readonly row_id: string; readonly data: string | null }[];
}

const folder = new URL('stored/', import.meta.url);
const stored = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.replace('.sql', ''))
  .map((name) => ({
    name,
    isPostgres: name.startsWith('postgres'),
    schema: Number(name.slice(-4)),
    sql: readFileSync(new URL(`${name}.sql`, folder), 'utf8'),
    lived: JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Lived,
  }));

const root = mkdtempSync(join(tmpdir(), 'synckeep-stored-'));
let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
}, 60_000);

/** Puts a stored database where the program finds it. */
const place = async ({ name, isPostgres, sql }: (typeof stored)[number]) => {
  const dataDir = join(root, name);
  mkdirSync(dataDir, { mode: 0o700 });
  if (!isPostgres) {
    const database = new Sqlite(join(dataDir, 'synckeep.db'));
    database.exec(sql);
    database.close();
    return { dataDir };
  }
  const database = name.replace('-', '_');
  const admin = postgres.pool();
  await admin.query(`CREATE DATABASE ${database}`);
  const url = `postgres://postgres@127.0.0.1:${postgres.port}/${database}`;
  const pool = postgres.pool({ connectionString: url });
  const client = await pool.connect();
  await client.query(sql);
  client.release(true);
  return { dataDir, database: url };
};

it('there is a stored database of every schema that was released', () => {
  const schemas = (isPostgres: boolean) =>
    stored.filter((each) => each.isPostgres === isPostgres).map(({ schema }) => schema);
  expect(schemas(false)).toEqual(sqliteNames.map((_, index) => index + 1));
  // The first two came together.
  expect(schemas(true)).toEqual(postgresNames.map((_, index) => index + 1).slice(1));
});

describe.each(stored)('the database $name', (database) => {
  it('says what it lacks, is brought to this release, and syncs on with what it has', async () => {
    const { account, apiKey, laptop, phone, batch, answered, cursor, changes } = database.lived;
    const parts = await place(database);
    const names = (database.isPostgres ? postgresNames : sqliteNames).slice(database.schema);
    const migrate = (...args: string[]) =>
      runHere(
        { SYNCKEEP_DATA_DIR: parts.dataDir, SYNCKEEP_DATABASE_URL: parts.database ?? '' },
        ...['migrate', ...args],
      );
    expect(await migrate('--plan')).toEqual({ schema: database.schema, pending: names });
    expect(await migrate('--plan')).toEqual({ schema: database.schema, pending: names });
    expect(await migrate()).toEqual({ schema: database.schema + names.length, applied: names });
    expect(await migrate('--plan')).toEqual({ schema: database.schema + names.length, pending: [] });

    const server = await serveHere(parts);
    const { token } = (await call(server, 'POST', '/auth', { body: { ...account, api_key: apiKey } })).body;
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await call(server, method, path, { token, ...(body === undefined ? {} : { body }) });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    };
    expect(await ask('GET', '/keys')).toMatchObject({ encrypted_key: 'the second envelope', key_version: 2 });
    // A batch that was stored before is known, and a place that was given out is still one.
    expect(await ask('POST', '/push', batch)).toMatchObject({ cursor: answered, replayed: true });
    const onward = await ask('POST', '/pull', { device_id: phone, cursor, rich: true });
    expect(onward.changes).toEqual(changes.slice(3));
    const { id } = (
      await call(server, 'POST', '/devices', { token, body: { device_name: 'Fresh', platform: 'linux' } })
    ).body;
    expect((await ask('POST', '/pull', { device_id: id, rich: true })).changes).toEqual(changes);

    const next = { table: 'notes', op: 'insert', row_id: 'd', timestamp: '2026-03-13T10:05:00Z', data: 'new' };
    const pushed = { device_id: laptop, batch_id: 'after', base: onward.cursor, key_version: 2, changes: [next] };
    expect(await ask('POST', '/push', pushed)).toMatchObject({ accepted: 1, replayed: false });
    expect((await ask('POST', '/pull', { device_id: phone, cursor: onward.cursor })).changes).toEqual([next]);
    await server.stop(0);
  });
});

it('a data folder that is still empty lacks every migration, and planning makes nothing', async () => {
  const dataDir = join(root, 'empty');
  const plan = await runHere({ SYNCKEEP_DATA_DIR: dataDir }, 'migrate', '--plan');
  expect(plan).toEqual({ schema: 0, pending: sqliteNames });
  expect(existsSync(dataDir)).toBe(false);
});

it('a plan for a database of a newer release is refused with one sentence', async () => {
  const dataDir = join(root, 'newer');
  await runHere({ SYNCKEEP_DATA_DIR: dataDir }, 'migrate');
  const database = new Sqlite(join(dataDir, 'synckeep.db'));
  database.exec(`INSERT INTO sync_migration SELECT max(number) + 1, 'later', 'x', 'y' FROM sync_migration`);
  database.close();
  const sentence = /^The database has schema \d+ and .*: start a newer release\.$/;
  for (const args of [['migrate', '--plan'], ['migrate']]) {
    await expect(runHere({ SYNCKEEP_DATA_DIR: dataDir }, ...args)).rejects.toThrow(sentence);
  }
  await expect(serveHere({ dataDir })).rejects.toThrow(sentence);
});
