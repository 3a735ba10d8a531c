import { statSync } from 'node:fs';
import { createSqliteStorage } from '@synckeep/sqlite';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedFile, openFile } from './opened.js';

describe('opening a database', () => {
  let file: OpenedFile;
  beforeEach(async () => {
    file = await openFile();
  });
  afterEach(() => file.close());

  it('sets what an acknowledged push relies on', () => {
    const { database } = file.connect();
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('busy_timeout', { simple: true })).toBe(0);
  });

  it('makes every file readable by its owner only', async () => {
    await file.connect().storage.migrate();
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(file.path + suffix).mode & 0o777, suffix).toBe(0o600);
    }
  });

  it.each([
    ['journal_mode = DELETE', 'journal_mode = delete, but needs wal'],
    ['synchronous = NORMAL', 'synchronous = 1, but needs 2'],
    ['busy_timeout = 5000', 'busy_timeout = 5000, but needs 0'],
  ])('refuses a database with %s', (pragma, sentence) => {
    const database = new Sqlite(file.path, { timeout: 0 });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(pragma);
    expect(() => createSqliteStorage({ database })).toThrow(sentence);
    database.close();
  });

  it('leaves the handle of the host open', async () => {
    const { database, storage } = file.connect();
    await storage.migrate();
    await storage.close();
    expect(database.open).toBe(true);
  });
});
