import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createSqliteStorage } from '@synckeep/sqlite';
import Sqlite from 'better-sqlite3';
import { openSqliteFile } from '../open-sqlite-file.js';
import { patiently } from '../patiently.js';
import { Refusal } from '../refusal.js';
import type { TakeDatabase } from './taken-database.js';

/** Of 4 KiB; between two steps this process does other things. */
const pagesPerStep = 256;

/**
 * The online backup of SQLite, in steps. The transaction that stays open around them keeps every step at one moment, so
 * that it does not begin again whenever another process writes. Meanwhile writers go on, into the WAL.
 */
const copy = async (from: string, to: string): Promise<void> => {
  const source = await patiently(() => new Sqlite(from, { readonly: true, fileMustExist: true, timeout: 5_000 }));
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(to, { progress: () => pagesPerStep });
    source.exec('COMMIT');
  } finally {
    source.close();
  }
};

const findDamage = (path: string, limit: number): readonly string[] => {
  const database = new Sqlite(path, { readonly: true, timeout: 5_000 });
  try {
    const found = database.prepare(`PRAGMA integrity_check(${limit})`).pluck().all().map(String);
    return found.filter((line) => line !== 'ok');
  } finally {
    database.close();
  }
};

const check = (path: string): void => {
  const [found] = findDamage(path, 1);
  if (found === undefined) return;
  throw new Refusal(
    `The database is damaged (${found}), so it was not backed up. Look at its disk, and restore a backup.`,
  );
};

/** What SQLite finds wrong with the file, in sentences. Others read and write meanwhile. */
export const verifySqlite = async (path: string): Promise<readonly string[]> =>
  findDamage(path, 20).map((line) => `The database file is damaged: ${line}.`);

const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A copy of the database file at `path`, checked. */
export const createTakeSqlite =
  (path: string): TakeDatabase =>
  async ({ scratch, form }) => {
    const copied = join(scratch, 'synckeep.db');
    await copy(path, copied);
    check(copied);
    await sync(copied);
    const database = await openSqliteFile(copied);
    return {
      form: form === 'own' ? 'sqlite' : 'export',
      reason: null,
      schema: null,
      storage: createSqliteStorage({ database }),
      bytes: form === 'own' ? () => createReadStream(copied, { highWaterMark: 1024 * 1024 }) : null,
      async close() {
        database.close();
      },
    };
  };
