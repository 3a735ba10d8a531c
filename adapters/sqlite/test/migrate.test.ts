import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/migrate.js';
import { migrations } from '../src/migrations/index.js';
import { createWriter } from '../src/writer.js';
import { type OpenedFile, openFile } from './opened.js';

const released = [
  ['initial', 'f670e795d7aeea12aca88320aa65b014bf30cd5a8cc6559f6e599e906414745c'],
  ['imports', 'bcb93604f6bada152ba9665091d9870b23b255ae799859c8ff4cb8d09e7c44e4'],
  ['compaction', '927708930bb4cbf0ad31965518e5d99ee36e67404bd13e85e0e13906430ad59a'],
  ['blob-touches', 'a4ebde97a2361196ea46939a6f6eaf1f3fabc93ae0234658e0b6a93e01181518'],
];

describe('migrations', () => {
  let file: OpenedFile;
  let database: Database;
  beforeEach(async () => {
    file = await openFile();
    database = file.connect().database;
  });
  afterEach(() => file.close());

  const run = (known = migrations) => migrate(database, createWriter(database), known);
  const next = {
    number: migrations.length + 1,
    name: 'next',
    sql: 'CREATE TABLE sync_next (id INTEGER)',
    hash: 'next',
  };

  it('keep the text that they were released with', () => {
    expect(migrations.map(({ name, hash }) => [name, hash])).toEqual(released);
  });

  it('are numbered without a gap', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('are applied once each, those that are new after those that are there', async () => {
    await run();
    await run();
    await run([...migrations, next]);
    await run([...migrations, next]);
    expect(database.prepare('SELECT count(*) FROM sync_migration').pluck().get()).toBe(migrations.length + 1);
  });

  it('are counted by health, also before the first and after those of a newer release', async () => {
    const { storage } = file.connect();
    expect(await storage.health()).toEqual({ schema: 0, newestSchema: migrations.length });
    await run([...migrations, next]);
    expect(await storage.health()).toEqual({ schema: next.number, newestSchema: migrations.length });
  });

  it('are safe when two processes start at once', async () => {
    const others = [file.connect(), file.connect()];
    await Promise.all([run(), ...others.map(({ storage }) => storage.migrate())]);
    expect(database.prepare('SELECT count(*) FROM sync_migration').pluck().get()).toBe(migrations.length);
  });

  it('refuse a database of a newer release with one sentence', async () => {
    await run([...migrations, next]);
    await expect(run()).rejects.toThrow(
      `The database has schema ${next.number} and this release of Synckeep knows schema ${migrations.length}: start a newer release.`,
    );
  });

  it('refuse a database that was migrated with another text', async () => {
    await run();
    database.exec(`UPDATE sync_migration SET hash = 'other' WHERE number = 1`);
    await expect(run()).rejects.toThrow('Migration 1 (initial) was applied to this database with another text');
  });

  it('refuse a database that lacks one', async () => {
    await run([...migrations, next]);
    database.exec('DELETE FROM sync_migration WHERE number = 1');
    await expect(run([...migrations, next])).rejects.toThrow('lacks its migration 1 (initial)');
  });

  it('leave nothing behind when one fails', async () => {
    await expect(
      run([...migrations, { ...next, sql: 'CREATE TABLE sync_next (id INTEGER); nonsense' }]),
    ).rejects.toThrow();
    expect(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
  });
});
