import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { Refusal } from '../refusal.js';

/** Parameters of a connection URL that libpq has a variable for. */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
};

/** How the tools of PostgreSQL reach a database: not on their command line, which every user of the machine sees. */
export const toLibpqEnvironment = (url: string): Readonly<Record<string, string>> => {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const unbracketed = hostname.replace(/^\[(.*)\]$/, '$1');
  const parts = {
    PGHOST: unbracketed,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
  };
  const named = Object.entries(parts).map(([name, value]) => [name, decodeURIComponent(value)] as const);
  const asked = [...searchParams].flatMap(([name, value]) => {
    const variable = variables[name];
    return variable === undefined ? [] : [[variable, value] as const];
  });
  return Object.fromEntries([...named, ...asked].filter(([, value]) => value !== ''));
};

export type PgTool = 'pg_dump' | 'pg_restore' | 'psql';

const environmentOf = (url: string | null): NodeJS.ProcessEnv => {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LC_ALL: 'C', PGAPPNAME: 'synckeep', ...(url === null ? {} : toLibpqEnvironment(url)) };
};

export const startTool = (
  tool: PgTool,
  args: readonly string[],
  url: string | null,
  stdio: StdioOptions,
): ChildProcess => spawn(tool, args, { env: environmentOf(url), stdio });

/** Keeps the end of what a tool says on standard error, and says how it ended. @throws Refusal when it failed. */
export const untilEnd = (tool: PgTool, child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Refusal(`${tool} failed (${said.trim().replaceAll(/\s+/g, ' ') || (signal ?? code)}).`));
    });
  });

/** The major version of a tool; null when it is not here. */
export const majorOf = (tool: PgTool): Promise<number | null> =>
  new Promise((resolve) => {
    const child = startTool(tool, ['--version'], null, ['ignore', 'pipe', 'ignore']);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('error', () => resolve(null));
    child.once('close', () => {
      const [, major] = /\) (\d+)/.exec(text) ?? [];
      resolve(major === undefined ? null : Number(major));
    });
  });
