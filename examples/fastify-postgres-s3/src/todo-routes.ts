import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Session, Users } from './users.js';

const object = (...required: readonly string[]) => ({
  body: {
    type: 'object',
    required,
    properties: Object.fromEntries(required.map((name) => [name, { type: 'string', minLength: 1, maxLength: 200 }])),
  },
});

const toToken = (request: FastifyRequest): string =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';

export interface TodoRoutesOptions {
  readonly pool: Pool;
  readonly users: Users;
  readonly onLogOut: () => void;
}

/** What the app has always done: sign up, log in and out, and a list of things to do on the server. */
export const todoRoutes = async (app: FastifyInstance, { pool, users, onLogOut }: TodoRoutesOptions): Promise<void> => {
  await pool.query(
    'CREATE TABLE IF NOT EXISTS todo (id bigserial PRIMARY KEY, user_id uuid NOT NULL, title text NOT NULL)',
  );

  const sessionOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Session | null> => {
    const session = await users.findSession(toToken(request));
    if (!session) await reply.code(401).send({ message: 'Log in first.' });
    return session;
  };

  app.post<{ Body: { name: string; password: string } }>(
    '/signup',
    { schema: object('name', 'password') },
    async (request, reply) => {
      const { name, password } = request.body;
      if (!(await users.signUp(name, password))) return reply.code(409).send({ message: 'This name is taken.' });
      return reply.code(201).send({ name });
    },
  );

  app.post<{ Body: { name: string; password: string } }>(
    '/login',
    { schema: object('name', 'password') },
    async (request, reply) => {
      const token = await users.logIn(request.body.name, request.body.password);
      return token ? { token } : reply.code(401).send({ message: 'The name or the password is wrong.' });
    },
  );

  app.post('/logout', async (request, reply) => {
    await users.logOut(toToken(request));
    onLogOut();
    return reply.code(204).send();
  });

  app.get('/todos', async (request, reply) => {
    const session = await sessionOf(request, reply);
    if (!session) return reply;
    return (await pool.query('SELECT id, title FROM todo WHERE user_id = $1 ORDER BY id', [session.userId])).rows;
  });

  app.post<{ Body: { title: string } }>('/todos', { schema: object('title') }, async (request, reply) => {
    const session = await sessionOf(request, reply);
    if (!session) return reply;
    await pool.query('INSERT INTO todo (user_id, title) VALUES ($1, $2)', [session.userId, request.body.title]);
    return reply.code(201).send({ title: request.body.title });
  });
};
