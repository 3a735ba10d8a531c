import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createNodeHandler } from '@synckeep/node-http';
import Sqlite from 'better-sqlite3';
import { openSync } from './sync.js';
import { createTodoRoutes } from './todo-routes.js';
import { createUsers } from './users.js';

const { DATA_DIR: folder = './data', PORT: port = '3000', APP_SECRET: secret, PUBLIC_URL: publicUrl } = process.env;
if (secret === undefined) throw new Error('Set APP_SECRET to a long random text, and keep it.');
mkdirSync(folder, { recursive: true, mode: 0o700 });

const database = new Sqlite(join(folder, 'app.db'));
database.pragma('journal_mode = WAL');
const users = createUsers(database);

const addressOf = (): string => {
  const address = http.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
};
// sync: begin
const sync = await openSync(users, folder, secret, () => `${publicUrl ?? addressOf()}/api/sync`);
const handleSync = createNodeHandler(sync.server);
// sync: end
const handleTodos = createTodoRoutes(database, users, sync.hearOfLogOut);

const http = createServer((request, response) => handleSync(request, response, () => handleTodos(request, response)));
http.requestTimeout = 0; // a large file may take longer than the five minutes that Node allows
http.timeout = 120_000; // but no connection may stand still for two
http.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${addressOf()}`));

process.once('SIGTERM', () => {
  sync.server.endStreams();
  http.close(async () => {
    await sync.close();
    database.close();
  });
});
