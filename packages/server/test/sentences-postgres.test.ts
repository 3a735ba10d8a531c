import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import type { Parts } from '../src/open-parts.js';
import { Refusal } from '../src/refusal.js';
import { serveHere } from './here.js';
import { openProgram, type Program } from './program.js';

const password = 'hunter2%23hunter2';
const bare = 'hunter2#hunter2';
/** One line that ends with a full stop. */
const sentence = /^[A-Z0-9][^\n]*\.$/;

const folder = mkdtempSync(join(tmpdir(), 'synckeep-sentences-'));
const dataDir = join(folder, 'data');
let postgres: RunningPostgres;
let admin: pg.Pool;
const closers: (() => void)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  admin = postgres.pool();
  for (const statement of [
    ...['writer', 'outside', 'replica', 'few'].map((role) => `CREATE ROLE ${role} LOGIN PASSWORD '${bare}'`),
    'ALTER ROLE replica SET default_transaction_read_only = on',
    'ALTER ROLE few CONNECTION LIMIT 0',
    'CREATE DATABASE other',
  ]) {
    await admin.query(statement);
  }
  const { rows } = await admin.query('SHOW hba_file');
  const lines = ['host all postgres 127.0.0.1/32 trust', 'host other outside 127.0.0.1/32 trust'];
  const others = ['writer', 'replica', 'few'].map((role) => `host all ${role} 127.0.0.1/32 scram-sha-256`);
  writeFileSync(rows[0].hba_file, [...lines, ...others, ''].join('\n'));
  await postgres.restart();
}, 120_000);
afterAll(async () => {
  for (const close of closers) close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const url = (user: string, path = 'postgres', at = `127.0.0.1:${postgres.port}`) => `postgres://${user}@${at}/${path}`;

/** What `serve` says of a database that it cannot use. */
const refuse = async (parts: Partial<Parts>): Promise<string> => {
  const error = await serveHere({ dataDir, ...parts }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  expect(error.message).toMatch(sentence);
  expect(error.message).not.toContain('hunter2');
  return error.message;
};

const listen = async (server: ReturnType<typeof createTcpServer>): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('a database that cannot be used', () => {
  it.each([
    [`writer:wrong-${password}`, 'postgres', 'does not accept the user with this password'],
    ['writer', 'postgres', 'asks for a password'],
    [`nobody:${password}`, 'postgres', 'does not admit this user'],
    [`outside:${password}`, 'postgres', 'does not admit this user'],
    [`writer:${password}`, 'missing', 'There is no database at'],
    [`writer:${password}`, 'postgres?sslmode=verify-full', 'does not speak TLS'],
    [`writer:${password}`, 'postgres?sslmode=verify-full&sslrootcert=/missing.pem', '/missing.pem'],
    [`writer:${password}`, 'postgres', 'Grant it CREATE on the database'],
    [`replica:${password}`, 'postgres', 'is read-only'],
    [`few:${password}`, 'postgres', 'takes no more connections'],
  ])('is told of in one sentence: %s, %s', async (user, path, words) => {
    const said = await refuse({ database: url(user, path) });
    expect(said).toContain(words);
  });

  it('is told of when nothing listens there, or something else does', async () => {
    const user = `writer:${password}`;
    expect(await refuse({ database: url(user, 'x', '127.0.0.1:1') })).toContain('Nothing accepts connections at');
    expect(await refuse({ database: url(user, 'x', 'nowhere.invalid') })).toContain('is not known');
    expect(await refuse({ database: 'postgres:///x?host=/nowhere' })).toContain('connections at /nowhere/x.');
    const http = createServer();
    expect(await refuse({ database: url(user, 'x', await listen(http)) })).toContain('closes the connection');
    const silent = createTcpServer((socket) => closers.push(() => socket.destroy()));
    expect(await refuse({ database: url(user, 'x', await listen(silent)) })).toContain('does not answer');
  });

  it('is refused when a newer release has written it', async () => {
    const database = url('postgres');
    const databaseSchema = 'newer';
    await (await serveHere({ dataDir, database, databaseSchema })).stop(0);
    await admin.query(`INSERT INTO newer.migration SELECT max(number) + 1, 'later', 'x' FROM newer.migration`);
    expect(await refuse({ database, databaseSchema })).toContain('start a newer release');
  });

  it('needs a direct connection to listen, whatever a pooler does with the others', async () => {
    const database = url('postgres');
    const databaseSchema = 'pooled';
    // As through a pooler in transaction mode, LISTEN succeeds there and nothing ever arrives.
    const said = await refuse({ database, databaseSchema, databaseListen: url('postgres', 'other') });
    expect(said).toContain('a pooler such as PgBouncer');
    expect(said).toContain('SYNCKEEP_DATABASE_LISTEN_URL or --database-listen');
    const wrong = await refuse({ database, databaseSchema, databaseListen: url(`writer:${password}`, 'missing') });
    expect(wrong).toContain('There is no database at');
  });
});

it('leaves no connection behind when a later part cannot be opened', async () => {
  const connections = async () => {
    const { rows } = await admin.query(`SELECT pid FROM pg_stat_activity WHERE application_name = 'synckeep'`);
    return rows.length;
  };
  await expect.poll(connections).toBe(0);
  await refuse({ database: url('postgres'), databaseSchema: 'left', notifier: 'redis://127.0.0.1:1' });
  await expect.poll(connections).toBe(0);
});

describe('the program', () => {
  let program: Program;
  beforeAll(async () => {
    program = await openProgram();
  });
  afterAll(() => program.close());

  it('says it on standard error, ends with 1, and shows no password, not even at level trace', async () => {
    const env = { SYNCKEEP_DATABASE_URL: url(`writer:wrong-${password}`), LOG_LEVEL: 'trace', PORT: '0' };
    for (const args of [['serve'], ['app', 'list']]) {
      const { code, stdout, stderr } = await program.run(program.makeFolder(), args, { env });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^synckeep: PostgreSQL at [^\n]*\.\n$/);
      expect(stderr).not.toContain('hunter2');
    }
  });

  it('serves without a word of the password, in the log or elsewhere', async () => {
    await admin.query('CREATE SCHEMA named AUTHORIZATION "writer"');
    const env = { SYNCKEEP_DATABASE_URL: url(`writer:${password}`), SYNCKEEP_DATABASE_SCHEMA: 'named' };
    const server = await program.serve(program.makeFolder(), ['--log-level', 'trace'], env);
    // A connection that is in use when it ends is no news: its statement is tried again.
    const endConnections = async () => {
      await fetch(`${server.url}/health/ready`);
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writer'`);
      return server.output().stderr;
    };
    await expect.poll(endConnections).toContain('connection');
    server.signal('SIGTERM');
    const { code, stdout, stderr } = await server.finished;
    expect(code).toBe(0);
    expect(stderr).toContain(`127.0.0.1:${postgres.port}/postgres`);
    expect(stdout + stderr).not.toContain('hunter2');
  });
});
