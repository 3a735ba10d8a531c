import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Database } from 'better-sqlite3';
import type { Users } from './users.js';

const toToken = (request: IncomingMessage): string =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';

const toFields = (body: string): Readonly<Record<string, string>> => {
  const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
  return Object.fromEntries(Object.entries(Object(parsed)).map(([name, value]) => [name, String(value)]));
};

/** What the app has always done: sign up, log in and out, and a list of things to do on the server. */
export const createTodoRoutes = (database: Database, users: Users, onLogOut: () => void) => {
  database.exec(
    'CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, userId INTEGER NOT NULL, title TEXT NOT NULL)',
  );
  const insert = database.prepare<[number, string]>('INSERT INTO todo (userId, title) VALUES (?, ?)');
  const list = database.prepare<[number], { id: number; title: string }>('SELECT id, title FROM todo WHERE userId = ?');

  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const route = `${request.method} ${request.url}`;
    const { name = '', password = '', title = '' } = toFields(await text(request));
    if (route === 'POST /signup') {
      return (await users.signUp(name, password)) ? [201, { name }] : [409, { message: 'This name is taken.' }];
    }
    if (route === 'POST /login') {
      const token = await users.logIn(name, password);
      return token ? [200, { token }] : [401, { message: 'The name or the password is wrong.' }];
    }
    const session = users.findSession(toToken(request));
    if (!session) return [401, { message: 'Log in first.' }];
    if (route === 'POST /logout') {
      users.logOut(toToken(request));
      onLogOut();
      return [204, null];
    }
    if (route === 'POST /todos') insert.run(session.userId, title);
    return route.endsWith(' /todos') ? [200, list.all(session.userId)] : [404, { message: 'There is nothing here.' }];
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const [status, body] = await answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body === null ? '' : JSON.stringify(body));
    } catch (error) {
      console.error(error);
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Something went wrong."}');
    }
  };
};
