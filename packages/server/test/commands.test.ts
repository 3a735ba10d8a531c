import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../src/program.js';
import { call, join, logIn, subscribe } from './api.js';
import { makeAccount, openProgram, type Program, password, type Serving } from './program.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let program: Program;
let folder: string;
let server: Serving;

beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  server = await program.serve(folder, ['--rate-limit', 'off']);
});
afterAll(() => program.close());

const refuse = async (args: readonly string[], input?: string): Promise<string> => {
  const { code, stdout, stderr } = await program.run(folder, args, input === undefined ? {} : { input });
  expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
  expect(stderr).not.toContain('    at ');
  return stderr;
};

describe('app', () => {
  it('creates an app whose key logs in at once and is never shown again', async () => {
    const created = await program.json<Record<string, string>>(folder, ['app', 'create', 'Notes']);
    expect(Object.keys(created)).toEqual(['app_id', 'api_key']);
    expect(created['app_id']).toMatch(uuid);
    const list = await program.json<{ app_id: string; name: string }[]>(folder, ['app', 'list']);
    expect(list).toContainEqual(expect.objectContaining({ app_id: created['app_id'], name: 'Notes' }));
    const shown = await program.json(folder, ['app', 'show', 'Notes']);
    expect(JSON.stringify([list, shown])).not.toContain(created['api_key']);
    expect(JSON.stringify([list, shown])).not.toContain('digest');
  });

  it('prints the key for a person too', async () => {
    const { stdout, code } = await program.run(folder, ['app', 'create', 'Read aloud']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^app_id {3}\S+\napi_key {2}sk_[0-9a-f]{64}\nKeep the API key: it is shown this once\.\n$/);
  });

  it('takes origins, dialect and the demand of a base when it is created', async () => {
    const args = ['--origin', 'https://a.example', '--origin', 'http://localhost:5173', '--origin-preset', 'shells'];
    const more = ['--dialect', 'rust-client', '--require-base'];
    const { app_id } = await program.json<{ app_id: string }>(folder, ['app', 'create', 'Web', ...args, ...more]);
    const shown = await program.json<Record<string, unknown>>(folder, ['app', 'show', app_id]);
    expect(shown).toMatchObject({ dialect: 'rust-client', require_base: true });
    expect(shown['origins']).toEqual(
      expect.arrayContaining(['https://a.example', 'http://localhost:5173', 'tauri://localhost']),
    );
  });

  it('updates what is named and nothing else', async () => {
    const { app_id } = await program.json<{ app_id: string }>(folder, [
      'app',
      'create',
      'Changing',
      '--origin',
      'https://a.example',
    ]);
    const update = (...args: readonly string[]) =>
      program.json<Record<string, unknown>>(folder, ['app', 'update', app_id, ...args]);
    expect(await update('--name', 'Changed', '--link', 'tier:gold', '--paid')).toMatchObject({
      name: 'Changed',
      link: { kind: 'tier', id: 'gold', paid: true },
      origins: ['https://a.example'],
    });
    expect(await update('--link', 'item:7', '--free', '--blob-limit', '1GiB', '--bytes-limit', '1000')).toMatchObject({
      name: 'Changed',
      link: { kind: 'item', id: '7', paid: false },
      blob_limit: 2 ** 30,
      bytes_limit: 1000,
    });
    expect(await update('--unlink', '--no-origins', '--blob-limit', 'none', '--require-base')).toMatchObject({
      link: null,
      origins: [],
      blob_limit: null,
      bytes_limit: 1000,
      require_base: true,
    });
    expect(await update('--no-require-base', '--dialect', 'rust-client')).toMatchObject({
      require_base: false,
      dialect: 'rust-client',
    });
    const redirects = ['https://a.example/callback', 'com.example.a:/callback'];
    const flags = redirects.flatMap((redirect) => ['--redirect', redirect]);
    expect(await update(...flags, '--redirect', 'https://a.example/callback')).toMatchObject({ redirects });
    expect(await update('--no-redirects')).toMatchObject({ redirects: [] });
  });

  it('turns compaction on with the demand of a base, never without, and off', async () => {
    const { app_id } = await program.json<{ app_id: string }>(folder, ['app', 'create', 'Compacting']);
    const update = ['app', 'update', app_id];
    expect(await refuse([...update, '--compaction', 'on'])).toContain('compaction needs an app that requires base');
    expect(await refuse([...update, '--keep', '7d'])).toContain('Compaction is off. Say --compaction on, too.');
    const on = await program.json<object>(folder, [...update, '--require-base', '--compaction', 'on', '--keep', '7d']);
    expect(on).toMatchObject({ compaction: { keep_seconds: 7 * 86_400, tombstone_seconds: 180 * 86_400 } });
    const shorter = await program.json<object>(folder, [...update, '--keep-tombstones', '30d']);
    expect(shorter).toMatchObject({ compaction: { keep_seconds: 7 * 86_400, tombstone_seconds: 30 * 86_400 } });
    expect(await refuse([...update, '--keep-tombstones', '12h'])).toContain('at least a day');
    expect(await refuse([...update, '--no-require-base'])).toContain('compaction needs an app that requires base');
    expect(await program.json<object>(folder, [...update, '--compaction', 'off'])).toMatchObject({ compaction: null });
  });

  it('compacts beside the running server, and says before what would go', async () => {
    const account = await makeAccount(program, folder, 'shrinking');
    const laptop = await join(server, account, 'laptop');
    for (let round = 0; round < 3; round++) await laptop.push('x'.repeat(1000), server, 'one-row');
    const plan = ['compact', '--plan', '--app', account.appId];
    expect(await refuse(plan)).toContain('Compaction is off.');
    const outlook = { logs: 1, changes: 3, removable: 2, removable_bytes: 2000, tombstones: 0 };
    expect(await program.json(folder, [...plan, '--keep', '0s'])).toEqual(outlook);
    await program.json(folder, ['app', 'update', account.appId, '--require-base', '--compaction', 'on']);
    expect(await program.json(folder, plan)).toEqual({ ...outlook, removable: 0, removable_bytes: 0 });
    await program.json(folder, ['app', 'update', account.appId, '--keep', '0s']);
    const report = { logs: 1, paused: 0, removed: 2, removed_bytes: 2000, tombstones: 0 };
    expect(await program.json(folder, ['compact', '--app', account.appId])).toEqual(report);
    expect((await laptop.status()).body).toMatchObject({ total_changes: 1, bytes_used: 1000 });
    expect((await program.run(folder, ['compact', '--app', account.appId])).stdout).toBe(
      '0 changes of 1 logs went, with 0 bytes of data.\n0 of them were tombstones.\n',
    );
  });

  it('pauses and resumes an app in the running server', async () => {
    const account = await makeAccount(program, folder, 'pausing');
    const device = await join(server, account, 'laptop');
    await program.json(folder, ['app', 'update', account.appId, '--pause']);
    await expect.poll(async () => (await device.status()).body.code, { timeout: 2_000 }).toBe('app_paused');
    await program.json(folder, ['app', 'update', account.appId, '--resume']);
    await expect.poll(async () => (await device.status()).status, { timeout: 2_000 }).toBe(200);
  });

  it('rotates the key, with an overlap and without', async () => {
    const account = await makeAccount(program, folder, 'rotating');
    const first = await join(server, account, 'laptop');
    const second = await program.json<{ api_key: string }>(folder, [
      'app',
      'rotate-key',
      account.appId,
      '--overlap',
      '24h',
    ]);
    expect((await first.status()).status).toBe(200);
    expect((await logIn(server, account)).status).toBe(200);
    expect((await logIn(server, { ...account, apiKey: second.api_key })).status).toBe(200);
    const third = await program.json<{ api_key: string }>(folder, ['app', 'rotate-key', 'rotating']);
    await expect.poll(async () => (await first.status()).status, { timeout: 2_000 }).toBe(401);
    expect((await logIn(server, { ...account, apiKey: second.api_key })).status).toBe(401);
    expect((await logIn(server, { ...account, apiKey: third.api_key })).status).toBe(200);
  });

  it('deletes an app with its sessions: its streams end within 2 s, and its tokens are refused', async () => {
    const account = await makeAccount(program, folder, 'deleted');
    const device = await join(server, account, 'laptop');
    await device.push('x');
    const stream = await subscribe(server, device.token);
    await stream.until('retry:');
    expect(await refuse(['app', 'delete', account.appId])).toContain('--yes');
    await program.json(folder, ['app', 'delete', account.appId, '--yes']);
    const began = performance.now();
    await stream.untilEnd();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await device.status()).status).toBe(401);
    expect(await refuse(['app', 'delete', account.appId, '--yes'])).toContain('There is no app');
    expect(await refuse(['app', 'show', account.appId])).toContain('There is no app');
  });

  it('asks for an id when several apps have one name', async () => {
    const { app_id } = await program.json<{ app_id: string }>(folder, ['app', 'create', 'Twin']);
    await program.json(folder, ['app', 'create', 'Twin']);
    expect(await refuse(['app', 'rotate-key', 'Twin'])).toContain(app_id);
  });

  it.each([
    [['app', 'create', ' '], 'The name of an app'],
    [['app', 'create', 'X', '--origin', 'https://a.example/'], 'without a path'],
    [['app', 'create', 'X', '--redirect', 'http://a.example/callback'], 'an https URL'],
    [['app', 'create', 'X', '--redirect', 'https://a.example/callback#x'], 'without a fragment'],
    [['app', 'create', 'X', '--redirect', 'javascript:alert(1)'], 'an https URL'],
    [['app', 'create', 'X', '--redirect', 'http://127.0.0.1:4000/'], 'need not be registered'],
    [['app', 'create', 'X', '--dialect', 'c'], 'Allowed choices'],
    [['app', 'rotate-key', 'X', '--overlap', '24'], 'such as 30m, 24h or 7d'],
    [['app', 'update', 'X'], 'Say what to change'],
    [['app', 'update', 'X', '--paid'], 'Say with --link'],
    [['app', 'update', 'X', '--link', 'item:1', '--paid', '--free'], 'either --paid or --free'],
    [['app', 'update', 'X', '--blob-limit', '-1'], 'a number of bytes'],
    [['app', 'lst'], 'unknown command'],
    [['app', 'list', '--jsn'], 'unknown option'],
    [['app', 'list', 'surplus'], 'too many arguments'],
  ])('refuses %j', async (args, words) => {
    expect(await refuse(args)).toContain(words);
  });
});

describe('user', () => {
  it('creates a user who can log in at once, and lists every one', async () => {
    const account = await makeAccount(program, folder, 'fresh');
    expect(account.userId).toMatch(uuid);
    expect((await logIn(server, account)).body).toMatchObject({ user_id: account.userId, app_id: account.appId });
    const list = await program.json<unknown[]>(folder, ['user', 'list']);
    expect(list).toContainEqual(
      expect.objectContaining({ user_id: account.userId, email: account.email, disabled: false }),
    );
    const { stdout } = await program.run(folder, ['user', 'list']);
    expect(stdout).toContain(`${account.userId}  ${account.email}`);
  });

  it('refuses a second user of an address, a short password, and to ask without a terminal', async () => {
    const { email } = await makeAccount(program, folder, 'twice');
    expect(await refuse(['user', 'create', email.toUpperCase(), '--password-stdin'], password)).toContain(
      'already a user',
    );
    expect(await refuse(['user', 'create', 'x@example.org', '--password-stdin'], 'short')).toContain('at least 8');
    expect(await refuse(['user', 'create', 'no address', '--password-stdin'], password)).toContain('An e-mail address');
    expect(await refuse(['user', 'create', 'x@example.org'])).toContain('--password-stdin');
    expect(await refuse(['user', 'revoke-tokens', 'x@example.org'])).toContain('There is no user "x@example.org"');
  });

  it('changes a password, and ends what was logged in only when asked to', async () => {
    const account = await makeAccount(program, folder, 'changing');
    const device = await join(server, account, 'laptop');
    await program.json(folder, ['user', 'password', account.email, '--password-stdin'], 'another password\r\n');
    expect((await logIn(server, account)).status).toBe(401);
    expect((await logIn(server, account, 'another password')).status).toBe(200);
    expect((await device.status()).status).toBe(200);
    const args = ['user', 'password', account.userId, '--password-stdin', '--revoke-tokens'];
    await program.json(folder, args, 'a third password');
    await expect.poll(async () => (await device.status()).status, { timeout: 2_000 }).toBe(401);
    expect((await logIn(server, account, 'a third password')).status).toBe(200);
  });

  it('revokes tokens: streams of the user end within 2 s, and the user can log in again', async () => {
    const account = await makeAccount(program, folder, 'revoked');
    const device = await join(server, account, 'laptop');
    const stream = await subscribe(server, device.token);
    await stream.until('retry:');
    await program.json(folder, ['user', 'revoke-tokens', account.email]);
    const began = performance.now();
    await stream.untilEnd();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await device.status()).status).toBe(401);
    expect((await logIn(server, account)).status).toBe(200);
  });

  it('erases a user for good', async () => {
    const account = await makeAccount(program, folder, 'erased');
    const device = await join(server, account, 'laptop');
    await device.push('x');
    expect(await refuse(['user', 'erase', account.email])).toContain('--yes');
    await program.json(folder, ['user', 'erase', account.email, '--yes']);
    await expect.poll(async () => (await device.status()).status, { timeout: 2_000 }).toBe(401);
    expect((await logIn(server, account)).status).toBe(401);
    expect(await refuse(['user', 'erase', account.userId, '--yes'])).toContain('There is no user');
  });
});

describe('the rest', () => {
  it('gives logs new epochs: all, of an app, of a user', async () => {
    const account = await makeAccount(program, folder, 'restored');
    const device = await join(server, account, 'laptop');
    await device.push('x');
    const pull = (cursor: string | null) =>
      call(server, 'POST', '/pull', { token: device.token, body: { device_id: device.deviceId, cursor } });
    const { body } = await pull(null);
    expect((await pull(body.cursor)).status).toBe(200);
    expect(await program.json(folder, ['epoch', 'rotate', '--app', account.appId])).toEqual({ logs: 1 });
    expect((await pull(body.cursor)).body).toMatchObject({ code: 'cursor_expired', details: { reason: 'restored' } });
    expect(await program.json(folder, ['epoch', 'rotate', '--user', account.email])).toEqual({ logs: 1 });
    expect((await program.json<{ logs: number }>(folder, ['epoch', 'rotate'])).logs).toBeGreaterThanOrEqual(1);
    expect(await refuse(['epoch', 'rotate', '--app', 'nobody'])).toContain('There is no app');
  });

  it('sweeps', async () => {
    expect(await program.json(folder, ['maintain'])).toEqual({ maintained: true });
  });

  it('explains every command with a sentence', () => {
    const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];
    for (const command of all(createProgram())) {
      expect(command.description(), command.name()).toMatch(/^[A-Z].*\.$/);
      for (const option of command.options)
        expect(option.description, `${command.name()} ${option.flags}`).not.toBe('');
    }
  });

  it('works before a server ever ran', async () => {
    const fresh = program.makeFolder();
    const account = await makeAccount(program, fresh, 'early');
    const later = await program.serve(fresh);
    expect((await logIn(later, account)).status).toBe(200);
    later.signal('SIGTERM');
    await later.finished;
  });
});
