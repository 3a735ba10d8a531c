import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPort, guard, nobody } from './database.js';

export interface RunningPgbouncer {
  readonly url: string;
  stop(): Promise<void>;
}

const launch = async (binary: string, file: string): Promise<ChildProcess> => {
  const child = spawn(binary, [file], { ...nobody, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`PgBouncer did not start: ${said}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes('process up')) resolve();
    });
  });
  return child;
};

/** Starts a PgBouncer in transaction mode before the database `postgres` of a server on 127.0.0.1. */
export const startPgbouncer = async (binary: string, databasePort: number): Promise<RunningPgbouncer> => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-pgbouncer-'));
  const port = await findPort();
  const file = join(folder, 'pgbouncer.ini');
  const lines = [
    '[databases]',
    `postgres = host=127.0.0.1 port=${databasePort} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    `pidfile = ${join(folder, 'pid')}`,
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 5',
  ];
  await writeFile(file, lines.join('\n'));
  if (nobody) await chown(folder, nobody.uid, nobody.gid);
  const release = guard(folder, join(folder, 'pid'));
  const child = await launch(binary, file);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      await rm(folder, { recursive: true, force: true });
      release();
    },
  };
};
