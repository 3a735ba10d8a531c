import { createFrameworkErrors, synckeep } from '@synckeep/fastify';
import { openPostgres } from '@synckeep/postgres/open';
import Fastify from 'fastify';
import { openBlobStore } from './blob-store.js';
import { openSync } from './sync.js';
import { todoRoutes } from './todo-routes.js';
import { createUsers } from './users.js';

const { DATABASE_URL, BLOBS = './data/blobs', APP_SECRET, PUBLIC_URL, TRUSTED_PROXIES, PORT = '3000' } = process.env;
if (DATABASE_URL === undefined) throw new Error('Set DATABASE_URL, as in postgres://app:secret@localhost:5432/app.');
if (APP_SECRET === undefined) throw new Error('Set APP_SECRET to a long random text, and keep it.');

const pool = openPostgres(DATABASE_URL);
const users = createUsers(pool);
await users.migrate();

const app = Fastify({
  connectionTimeout: 120_000, // no connection may stand still for two minutes
  frameworkErrors: createFrameworkErrors(),
  ...(TRUSTED_PROXIES !== undefined && { trustProxy: TRUSTED_PROXIES }),
});
// sync: begin
const blobStore = openBlobStore(BLOBS, APP_SECRET, () => `${PUBLIC_URL ?? app.listeningOrigin}/api/sync`);
const sync = await openSync(pool, users, blobStore);
await app.register(synckeep, { server: sync.server });
// sync: end
await app.register(todoRoutes, { pool, users, onLogOut: sync.hearOfLogOut });

console.log(`listening on ${await app.listen({ port: Number(PORT), host: '127.0.0.1' })}`);

process.once('SIGTERM', async () => {
  await app.close();
  await sync.close();
  await pool.end();
});
