import { createHash, randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';

export interface Session {
  readonly id: string;
  readonly userId: number;
  /** Milliseconds. */
  readonly startedAt: number;
  readonly endsAt: number;
}

const month = 30 * 24 * 60 * 60 * 1000;

const schema = `
  CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, salt BLOB NOT NULL, hash BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, userId INTEGER NOT NULL, startedAt INTEGER NOT NULL, endsAt INTEGER NOT NULL
  );
`;

const hashPassword = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, 32, (error, hash) => (error ? reject(error) : resolve(hash)));
  });

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The users of the app, and their logins: a token stands for a session until it ends. */
export const createUsers = (database: Database) => {
  database.exec(schema);
  const insertUser = database.prepare<[string, Buffer, Buffer]>(
    'INSERT OR IGNORE INTO user (name, salt, hash) VALUES (?, ?, ?)',
  );
  const findUser = database.prepare<[string], { id: number; salt: Buffer; hash: Buffer }>(
    'SELECT id, salt, hash FROM user WHERE name = ?',
  );
  const insertSession = database.prepare<[string, string, number, number, number]>(
    'INSERT INTO session (id, token, userId, startedAt, endsAt) VALUES (?, ?, ?, ?, ?)',
  );
  const byToken = database.prepare<[string, number], Session>('SELECT * FROM session WHERE token = ? AND endsAt > ?');
  const byId = database.prepare<[string, number], Session>('SELECT * FROM session WHERE id = ? AND endsAt > ?');
  const remove = database.prepare<[string]>('DELETE FROM session WHERE token = ?');

  return {
    /** @returns false when the name is taken. */
    async signUp(name: string, password: string): Promise<boolean> {
      const salt = randomBytes(16);
      return insertUser.run(name, salt, await hashPassword(password, salt)).changes === 1;
    },

    /** @returns a token, or null when name or password are wrong. */
    async logIn(name: string, password: string): Promise<string | null> {
      const user = findUser.get(name);
      if (!user || !timingSafeEqual(user.hash, await hashPassword(password, user.salt))) return null;
      const token = randomBytes(32).toString('base64url');
      insertSession.run(randomUUID(), digest(token), user.id, Date.now(), Date.now() + month);
      return token;
    },

    logOut(token: string): void {
      remove.run(digest(token));
    },

    findSession: (token: string): Session | null => byToken.get(digest(token), Date.now()) ?? null,
    isAlive: (sessionId: string): boolean => byId.get(sessionId, Date.now()) !== undefined,
  };
};

export type Users = ReturnType<typeof createUsers>;
