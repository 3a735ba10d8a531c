import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeHandler } from '@synckeep/node-http';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandInput, commands } from '../../src/command/commands.js';
import { until } from '../world/device.js';
import { openWorld, type World } from '../world/server.js';

let world: World;
let listening: Server;
let url: string;
let database: ReturnType<typeof openSqlite>;
let folder: string;

/** A server on SQLite behind a real socket. */
const listen = async (): Promise<void> => {
  database = openSqlite(join(folder, 'server.db'));
  world = await openWorld({ storage: createSqliteStorage({ database }) });
  listening = createServer(createNodeHandler(world.server));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synckeep-command-'));
  await listen();
});

afterEach(async () => {
  listening.closeAllConnections();
  listening.close();
  await world.close();
  database.close();
  await rm(folder, { recursive: true });
});

const run = async (
  account: string,
  name: string,
  words: readonly string[] = [],
  change: Partial<CommandInput> = {},
) => {
  const printed: string[] = [];
  const notes: string[] = [];
  const command = commands[name];
  if (!command) throw new Error(`There is no command ${name}.`);
  await command({
    folder: join(folder, account),
    words,
    flags: {},
    print: (text) => printed.push(text),
    note: (text) => notes.push(text),
    secret: async (variable) => (variable === 'SYNCKEEP_PASSWORD' ? world.password : 'a passphrase of its own'),
    signal: new AbortController().signal,
    ...change,
  });
  return { printed, notes };
};

const logIn = (account: string) =>
  run(account, 'login', [], { flags: { url, 'api-key': world.apiKey, email: world.email } });

describe('synckeep-client', { timeout: 60_000 }, () => {
  test('what one account folder puts another gets, watches and keeps after a rotation', async () => {
    const first = await logIn('a');
    expect(first.notes.join()).toContain('Recovery code');
    expect((await logIn('b')).notes).toEqual([]);
    await run('a', 'put', ['notes', 'one', '{"text":"hello"}']);
    expect((await run('b', 'get', ['notes'])).printed).toEqual(['{"text":"hello","id":"one"}']);

    const leave = new AbortController();
    const seen: string[] = [];
    const watching = run('b', 'watch', ['notes'], { signal: leave.signal, print: (text) => seen.push(text) });
    await until(() => seen.length === 1);
    await run('a', 'put', ['notes', 'one', '{"text":"changed"}']);
    await until(() => seen.length === 2);
    await run('a', 'delete', ['notes', 'one']);
    await until(() => seen.length === 3);
    leave.abort();
    await watching;
    expect(seen.slice(1)).toEqual(['{"text":"changed","id":"one"}', '{"id":"one","deleted":true}']);

    await run('a', 'put', ['notes', 'two', '{"text":"before the rotation"}']);
    expect((await run('a', 'rotate')).printed).toEqual(['{"key_version":2}']);
    await logIn('b');
    expect((await run('b', 'get', ['notes', 'two'])).printed).toEqual(['{"text":"before the rotation","id":"two"}']);
    expect(JSON.parse((await run('b', 'status')).printed.join())).toMatchObject({
      unsent: 0,
      quarantined: 0,
      problem: null,
    });
  });

  test('keeps what is put offline until the next sync, and its files for its owner alone', async () => {
    await logIn('a');
    await run('a', 'put', ['notes', 'one', '{"text":"later"}'], { flags: { offline: true } });
    await logIn('b');
    await expect(run('b', 'get', ['notes', 'one'])).rejects.toThrow('There is no row "one" in notes.');
    await run('a', 'status');
    expect((await run('b', 'get', ['notes', 'one'])).printed).toHaveLength(1);
    for (const file of ['config.json', 'store.db', 'keys']) {
      expect((await stat(join(folder, 'a', file))).mode & 0o077, file).toBe(0);
    }
    expect(await readFile(join(folder, 'a', 'config.json'), 'utf8')).not.toContain(world.password);
  });

  test('says what to do', async () => {
    await expect(run('none', 'get', ['notes'])).rejects.toThrow('Run `synckeep-client login` first.');
    await expect(run('none', 'put', ['notes'])).rejects.toThrow('<id> is missing.');
    await logIn('a');
    await expect(run('a', 'put', ['notes', 'one', 'no json'])).rejects.toThrow('<json> is not JSON.');
    world.revokeTokens();
    await until(() =>
      run('a', 'status').then(
        () => false,
        () => true,
      ),
    );
    await expect(run('a', 'status')).rejects.toThrow('Run `synckeep-client login` again.');
  });
});
