import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly startedAt: Date;
  readonly endsAt: Date;
}

const schema = `
  CREATE TABLE IF NOT EXISTS app_user (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE, salt bytea NOT NULL, hash bytea NOT NULL
  );
  CREATE TABLE IF NOT EXISTS app_session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), token text NOT NULL UNIQUE, user_id uuid NOT NULL REFERENCES app_user,
    started_at timestamptz NOT NULL DEFAULT now(), ends_at timestamptz NOT NULL DEFAULT now() + interval '30 days'
  );
`;

const columns = 'id, user_id AS "userId", started_at AS "startedAt", ends_at AS "endsAt"';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

const hashPassword = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, 32, (error, hash) => (error ? reject(error) : resolve(hash)));
  });

/** The users of the app, and their logins: a token stands for a session until it ends. */
export const createUsers = (pool: Pool) => ({
  async migrate(): Promise<void> {
    await pool.query(schema);
  },

  /** @returns false when the name is taken. */
  async signUp(name: string, password: string): Promise<boolean> {
    const salt = randomBytes(16);
    const insert = 'INSERT INTO app_user (name, salt, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    const { rowCount } = await pool.query(insert, [name, salt, await hashPassword(password, salt)]);
    return rowCount === 1;
  },

  /** @returns a token, or null when name or password are wrong. */
  async logIn(name: string, password: string): Promise<string | null> {
    const found = await pool.query<{ id: string; salt: Buffer; hash: Buffer }>(
      'SELECT id, salt, hash FROM app_user WHERE name = $1',
      [name],
    );
    const [user] = found.rows;
    if (!user || !timingSafeEqual(user.hash, await hashPassword(password, user.salt))) return null;
    const token = randomBytes(32).toString('base64url');
    await pool.query('INSERT INTO app_session (token, user_id) VALUES ($1, $2)', [digest(token), user.id]);
    return token;
  },

  async logOut(token: string): Promise<void> {
    await pool.query('DELETE FROM app_session WHERE token = $1', [digest(token)]);
  },

  async findSession(token: string): Promise<Session | null> {
    const select = `SELECT ${columns} FROM app_session WHERE token = $1 AND ends_at > now()`;
    return (await pool.query<Session>(select, [digest(token)])).rows[0] ?? null;
  },

  async isAlive(sessionId: string): Promise<boolean> {
    const select = 'SELECT 1 FROM app_session WHERE id = $1 AND ends_at > now()';
    return (await pool.query(select, [sessionId])).rowCount === 1;
  },
});

export type Users = ReturnType<typeof createUsers>;
