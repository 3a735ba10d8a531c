import { openSqlite } from '@synckeep/sqlite/open';
import type { Database } from 'better-sqlite3';
import { patiently } from './patiently.js';
import { codeOf, Refusal } from './refusal.js';

/** Opens the database file. Another process that opens or closes it at this moment is waited for. @throws Refusal */
export const openSqliteFile = async (path: string): Promise<Database> => {
  try {
    return await patiently(() => openSqlite(path));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'SQLITE_NOTADB') {
      throw new Refusal(`${path} is not a SQLite database. Move it away or restore a backup.`, { cause: error });
    }
    if (/^(SQLITE_(CANTOPEN|READONLY|PERM)|EACCES|EPERM|EROFS|EISDIR)/.test(code)) {
      throw new Refusal(`${path} cannot be opened for writing by this user (${code}).`, { cause: error });
    }
    throw error;
  }
};
