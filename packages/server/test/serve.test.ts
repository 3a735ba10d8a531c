import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { dirname, join as joinPath } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, join, subscribe } from './api.js';
import { serveHere } from './here.js';
import { makeAccount, openProgram, type Program } from './program.js';

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** One sentence for a person: a line that ends with a full stop, and no stack. */
const sentence = /^synckeep: [A-Z0-9/-][^\n]*\.\n$/;

describe('the first start', () => {
  it('makes the data folder and everything in it, for its owner only', async () => {
    const folder = program.makeFolder();
    const server = await program.serve(folder);
    expect(modeOf(folder)).toBe('700');
    expect(modeOf(joinPath(folder, 'blobs'))).toBe('700');
    for (const name of ['secret', 'synckeep.db', 'synckeep.db-wal']) expect(modeOf(joinPath(folder, name))).toBe('600');
    expect(readFileSync(joinPath(folder, 'secret'), 'utf8')).toMatch(/^[0-9a-f]+ [0-9a-f]{64}\n$/);
    expect(server.output().stdout).toContain(`listening on ${server.url}\n`);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9][0-9]*$/);
    server.signal('SIGTERM');
    expect((await server.finished).code).toBe(0);
  });

  it('is safe for several processes at once, which then share one secret', async () => {
    const folder = program.makeFolder();
    const servers = await Promise.all([1, 2, 3, 4].map(() => program.serve(folder)));
    const account = await makeAccount(program, folder, 'many');
    const [first, ...others] = servers;
    if (!first) throw new Error('no server');
    const { token } = await join(first, account, 'laptop');
    for (const other of others) expect((await call(other, 'GET', '/devices', { token })).status).toBe(200);
    for (const { signal } of servers) signal('SIGTERM');
    for (const { finished } of servers) expect((await finished).code).toBe(0);
  });
});

describe('a start that cannot be', () => {
  it('says that a port is in use and ends with 1', async () => {
    const folder = program.makeFolder();
    const server = await program.serve(folder);
    const { code, stderr, stdout } = await program.run(folder, ['serve', '--port', String(server.port)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(`Port ${server.port} of 127.0.0.1 is in use`);
    expect((await call(server, 'GET', '/limits')).status).toBe(200);
    server.signal('SIGTERM');
    await server.finished;
  });

  it('refuses a data folder of a newer release', async () => {
    const folder = program.makeFolder();
    await program.json(folder, ['app', 'list']);
    const database = new Sqlite(joinPath(folder, 'synckeep.db'));
    database.exec(`INSERT INTO sync_migration SELECT max(number) + 1, 'later', 'x', 'y' FROM sync_migration`);
    database.close();
    for (const args of [['serve'], ['app', 'list']]) {
      const { code, stderr, stdout } = await program.run(folder, args, { env: { PORT: '0' } });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(sentence);
      expect(stderr).toContain('start a newer release');
    }
  });

  it.each([
    ['a file', (folder: string) => writeFileSync(folder, ''), 'is a file'],
    ['below a file', (folder: string) => writeFileSync(dirname(folder), ''), 'lies below a file'],
    [
      'no database',
      (folder: string) => {
        mkdirSync(folder);
        writeFileSync(joinPath(folder, 'synckeep.db'), 'not a database, but long enough to be looked at'.repeat(100));
      },
      'is not a SQLite database',
    ],
    [
      'a broken secret file',
      (folder: string) => {
        mkdirSync(folder);
        writeFileSync(joinPath(folder, 'secret'), 'hunter2\n', { mode: 0o600 });
      },
      'Line 1 of',
    ],
  ])('refuses a data folder that is %s', async (_what, prepare, words) => {
    const folder = joinPath(program.makeFolder(), 'inner', 'data');
    mkdirSync(dirname(folder), { recursive: true });
    if (words === 'lies below a file') {
      const file = joinPath(program.makeFolder(), 'data');
      mkdirSync(dirname(dirname(file)), { recursive: true });
      prepare(file);
      const { code, stderr } = await program.run(file, ['serve'], { env: { PORT: '0' } });
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr).toContain(words);
      return;
    }
    prepare(folder);
    const { code, stderr } = await program.run(folder, ['serve'], { env: { PORT: '0' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(words);
  });

  it('refuses a folder that cannot be made', async () => {
    const { code, stderr } = await program.run('/proc/synckeep', ['serve'], { env: { PORT: '0' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });

  it.each([
    [['--port', '70000'], {}, '--port must be a port number from 0 to 65535, such as 8787.'],
    [[], { PORT: 'web' }, 'PORT must be a port number from 0 to 65535, such as 8787.'],
    [[], { SYNCKEEP_RATE_LIMIT: 'none' }, 'SYNCKEEP_RATE_LIMIT must be on or off.'],
    [[], { HOST: '203.0.113.7' }, '203.0.113.7 is no address of this machine'],
  ])('names what is wrong in %j %j', async (args, env, words) => {
    const { code, stderr } = await program.run(program.makeFolder(), ['serve', ...args], {
      env: { PORT: '0', ...env },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(words);
  });
});

describe('the end', () => {
  it('comes with 0 on SIGTERM, while a stream and a request are open, and checkpoints the database', async () => {
    const folder = program.makeFolder();
    const account = await makeAccount(program, folder, 'ending');
    const server = await program.serve(folder);
    const { token } = await join(server, account, 'laptop');
    const stream = await subscribe(server, token);
    await stream.until('retry:');

    // A request that has begun: its body is still on its way when the signal comes.
    const body = JSON.stringify({ device_name: 'late', platform: 'linux' });
    const late = request(`${server.url}/api/sync/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      late.once('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      late.once('error', reject);
    });
    late.write(body.slice(0, 10));
    // The server has the request when it answers a later one on another connection.
    await new Promise<void>((resolve) => late.once('socket', (socket) => socket.once('connect', () => resolve())));
    await call(server, 'GET', '/limits');

    const began = performance.now();
    server.signal('SIGTERM');
    await stream.untilEnd();
    await expect(
      new Promise((_resolve, reject) => connect(server.port, '127.0.0.1').once('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    late.end(body.slice(10));
    expect(await answered).toBe(201);
    const { code, stdout } = await server.finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^listening on \S+\nmake the first administrator, [^\n]+\n$/);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(statSync(joinPath(folder, 'synckeep.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it('comes within 10 s although a request never ends', async () => {
    const server = await program.serve(program.makeFolder());
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /api/sync/auth HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await call(server, 'GET', '/limits');
    const began = performance.now();
    server.signal('SIGINT');
    expect((await server.finished).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('waits for no connection that never asked for anything, as browsers open them', async () => {
    const server = await serveHere({ dataDir: program.makeFolder() });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    // The server has taken it when it answers a later one.
    await call(server, 'GET', '/limits');
    await server.stop(3_600_000);
    await closed;
  });

  it('comes at once on a second signal', async () => {
    const server = await program.serve(program.makeFolder());
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /api/sync/auth HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await call(server, 'GET', '/limits');
    const began = performance.now();
    server.signal('SIGTERM');
    await expect.poll(() => server.output().stderr).toContain('Stopping.');
    // The same Ctrl-C may arrive twice; a later one is another.
    server.signal('SIGTERM');
    const again = setInterval(() => server.signal('SIGTERM'), 100);
    expect((await server.finished).code).toBe(1);
    clearInterval(again);
    expect(performance.now() - began).toBeGreaterThan(450);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('configuration of a running server', () => {
  it('drops every rate limit with --rate-limit off', async () => {
    const server = await program.serve(program.makeFolder(), ['--rate-limit', 'off']);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(server, 'GET', '/limits')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[0]?.headers.has('x-ratelimit-limit')).toBe(false);
    expect(answers[0]?.body.rate_limits).toBeNull();
    server.signal('SIGTERM');
    await server.finished;
  });

  it('limits rates otherwise', async () => {
    const server = await program.serve(program.makeFolder());
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(server, 'GET', '/limits')));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    server.signal('SIGTERM');
    await server.finished;
  });

  it('warns of an address beyond this machine without a public URL, and of a misspelt variable', async () => {
    const server = await program.serve(program.makeFolder(), [], { HOST: '0.0.0.0', SYNCKEEP_TRUSTED_PROXY: '::1' });
    await expect.poll(() => server.output().stderr).toContain('Set SYNCKEEP_PUBLIC_URL');
    expect(server.output().stderr).toContain('There is no variable SYNCKEEP_TRUSTED_PROXY.');
    server.signal('SIGTERM');
    await server.finished;
  });

  it('begins signed URLs with the URL for blobs, else with the public one, else with its own address', async () => {
    const folder = program.makeFolder();
    const account = await makeAccount(program, folder, 'urls');
    const cases: [Record<string, string>, string | undefined][] = [
      [{}, undefined],
      [{ SYNCKEEP_PUBLIC_URL: 'https://sync.example.org/base/' }, 'https://sync.example.org/base'],
      [
        { SYNCKEEP_PUBLIC_URL: 'https://sync.example.org', SYNCKEEP_BLOB_URL: 'https://blobs.example.org' },
        'https://blobs.example.org',
      ],
    ];
    for (const [env, expected] of cases) {
      const server = await program.serve(folder, [], env);
      const { token } = await join(server, account, 'laptop');
      const { body } = await call(server, 'POST', '/blobs/upload', {
        token,
        body: { hash: 'a'.repeat(64), size_bytes: 3 },
      });
      expect(body.upload_url.startsWith(`${expected ?? server.url}/api/sync/blobs/object/`)).toBe(true);
      server.signal('SIGTERM');
      await server.finished;
    }
  });
});
