import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import type { Parts } from '../src/open-parts.js';
import type { RunningServer } from '../src/start-server.js';
import { call, callAdmin, join, logIn, subscribe, tokenOf } from './api.js';
import { administerHere, makeAccountHere, runHere, serveHere } from './here.js';
import { password } from './program.js';

let postgres: RunningPostgres;
let folder: string;
let parts: Parts;
let one: RunningServer;
let two: RunningServer;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = mkdtempSync(joinPath(tmpdir(), 'synckeep-nodes-'));
  parts = { dataDir: joinPath(folder, 'data'), database: postgres.url };
  [one, two] = await Promise.all([serveHere(parts), serveHere(parts)]);
}, 120_000);
afterAll(async () => {
  await Promise.all([one?.stop(0), two?.stop(0)]);
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')).kid;

describe('two nodes on one PostgreSQL', () => {
  it('take each other’s tokens and signed URLs', async () => {
    const device = await join(one, await makeAccountHere(parts), 'laptop');
    expect((await device.status(two)).status).toBe(200);
    const bytes = Buffer.from('encrypted');
    const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
    const { token } = device;
    const { body: upload } = await call(one, 'POST', '/blobs/upload', { token, body: blob });
    const onTwo = new URL(upload.upload_url.replace(one.url, two.url));
    expect(onTwo.origin).toBe(two.url);
    expect((await fetch(onTwo, { method: 'PUT', body: bytes })).status).toBe(200);
    expect((await call(two, 'POST', '/blobs/confirm', { token, body: blob })).status).toBeLessThan(300);
  });

  it('announce a push through one on a stream of the other', async () => {
    const account = await makeAccountHere(parts);
    const [writer, reader] = await Promise.all([join(one, account, 'laptop'), join(one, account, 'phone')]);
    const stream = await subscribe(two, reader.token, `?device_id=${reader.deviceId}`);
    await stream.until('retry:');
    await writer.push('x');
    await stream.until('event: changed');
  });

  it('hear what a command did before it ended: streams of a user whose tokens are revoked end within 2 s', async () => {
    const account = await makeAccountHere(parts);
    const device = await join(one, account, 'laptop');
    const streams = await Promise.all([subscribe(one, device.token), subscribe(two, device.token)]);
    for (const stream of streams) await stream.until('retry:');
    await administerHere(parts, ({ users }) => users.revokeTokens(account.userId));
    const began = performance.now();
    for (const stream of streams) await stream.untilEnd();
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('make one first administrator of all links used at once, and end a session on both in the same moment [P-174] [P-172]', async () => {
    const nodes = [one, two];
    const tokens = await Promise.all(nodes.map(async (node) => tokenOf((await node.createSetupLink()) ?? '')));
    const attempts = [0, 1, 2, 3, 4, 5].map((n) => {
      const body = { token: tokens[n % 2], email: `${n}@example.org`, password };
      return callAdmin(nodes[n % 3 === 0 ? 0 : 1] ?? one, 'POST', '/setup', { body });
    });
    const answers = await Promise.all(attempts);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('setup_link_used');
    expect(await Promise.all(nodes.map((node) => node.createSetupLink()))).toEqual([null, null]);
    const cookie = made[0]?.cookie ?? '';
    for (const node of nodes) expect((await callAdmin(node, 'GET', '/apps', { cookie })).status).toBe(200);
    expect((await callAdmin(one, 'DELETE', '/session', { cookie })).status).toBe(204);
    expect((await callAdmin(two, 'GET', '/apps', { cookie })).status).toBe(401);
  });

  it('keep present tokens valid when the secret is rotated, refuse none that the other signed, and drop the old', async () => {
    const account = await makeAccountHere(parts);
    const before = await join(one, account, 'laptop');
    const made = await administerHere(parts, ({ rotateSecret }) => rotateSecret({ dropOld: false }));
    await expect
      .poll(
        async () => {
          const { body } = await logIn(one, account);
          for (const node of [one, two]) {
            expect((await before.status(node)).status).toBe(200);
            expect((await call(node, 'GET', '/status', { token: body.token })).status).toBe(200);
          }
          return kidOf(body.token);
        },
        { timeout: 15_000, interval: 300 },
      )
      .toBe(made);
    const dropped = await administerHere(parts, ({ rotateSecret }) => rotateSecret({ dropOld: true }));
    for (const node of [one, two]) {
      await expect.poll(async () => (await before.status(node)).status, { timeout: 5_000 }).toBe(401);
    }
    expect(kidOf((await logIn(one, account)).body.token)).toBe(dropped);
  });

  it('answer 503 with Retry-After while the database is down, then go on without a restart', async () => {
    const device = await join(one, await makeAccountHere(parts), 'laptop');
    await postgres.kill();
    for (const node of [one, two]) {
      const { status, headers } = await device.status(node);
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await postgres.start();
    for (const node of [one, two]) {
      await expect.poll(async () => (await device.status(node)).status, { timeout: 15_000 }).toBe(200);
    }
    expect((await device.push('after', two)).status).toBe(200);
  });

  it('refuse signed URLs too when they cannot know for seconds whether the secret was dropped', async () => {
    const { token } = await join(one, await makeAccountHere(parts), 'laptop');
    const bytes = Buffer.from('late');
    const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
    const { body: upload } = await call(one, 'POST', '/blobs/upload', { token, body: blob });
    const get = async () => (await fetch(upload.upload_url.replace(/expires=\d+/, 'expires=1'))).status;
    expect(await get()).toBe(403);
    await postgres.kill();
    await expect.poll(get, { timeout: 10_000 }).toBe(503);
    await postgres.start();
    await expect.poll(get, { timeout: 15_000 }).toBe(403);
    expect((await fetch(upload.upload_url, { method: 'PUT', body: bytes })).status).toBe(200);
  });

  it('keep nothing but blobs in the data folder', () => {
    expect(readdirSync(parts.dataDir)).toEqual(['blobs']);
  });
});

describe('secrets from outside', () => {
  it('win over those of the database, are shared by nodes that have the same, and refuse to be rotated', async () => {
    const { parseSecrets } = await import('../src/given-secrets.js');
    const given = { ...parts, databaseSchema: 'given', secret: parseSecrets('5d41402abc4b2a76b9719d911017c592') };
    const nodes = await Promise.all([serveHere(given), serveHere(given)]);
    try {
      const [first, second] = nodes;
      if (!first || !second) throw new Error('no nodes');
      const device = await join(first, await makeAccountHere(given), 'laptop');
      expect(kidOf(device.token)).toBe(given.secret?.[0]?.id);
      expect((await device.status(second)).status).toBe(200);
      const rotation = administerHere(given, ({ rotateSecret }) => rotateSecret({ dropOld: false }));
      await expect(rotation).rejects.toThrow('SYNCKEEP_SECRET');
      const { rows } = await postgres.pool().query(`SELECT key FROM given.record WHERE kind = 'secret'`);
      expect(rows).toEqual([]);
    } finally {
      await Promise.all(nodes.map((node) => node.stop(0)));
    }
  });
});

describe('the command line on PostgreSQL', () => {
  it('does all of its work there and makes nothing on this machine when blobs are in a bucket', async () => {
    const unused = joinPath(folder, 'unused');
    const environment = {
      SYNCKEEP_DATABASE_URL: postgres.url,
      SYNCKEEP_DATABASE_SCHEMA: 'commands',
      SYNCKEEP_DATABASE_POOL: '2',
      SYNCKEEP_DATA_DIR: unused,
      SYNCKEEP_BLOBS_URL: 's3://bucket?endpoint=http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
    };
    const run = <T = Record<string, unknown>>(...args: string[]) => runHere<T>(environment, ...args);
    const { app_id: appId } = await run<{ app_id: string }>('app', 'create', 'Notes', '--origin', 'https://a.example');
    await run('app', 'create', 'Tasks', '--origin-preset', 'shells');
    expect(await run('app', 'update', 'Notes', '--name', 'Papers')).toMatchObject({ app_id: appId, name: 'Papers' });
    expect(await run('app', 'show', 'Papers')).toMatchObject({ origins: ['https://a.example'] });
    expect(await run('app', 'rotate-key', 'Papers')).toHaveProperty('api_key');
    const names = (await run<{ name: string }[]>('app', 'list')).map(({ name }) => name);
    expect(names.sort()).toEqual(['Papers', 'Tasks']);
    expect(JSON.stringify(await run('blobs', 'cors'))).toContain('https://a.example');

    const account = await makeAccountHere({ ...parts, databaseSchema: 'commands' });
    expect(await run('user', 'list')).toContainEqual(expect.objectContaining({ email: account.email }));
    await run('user', 'revoke-tokens', account.email);
    await run('user', 'erase', account.email, '--yes');
    expect(await run('user', 'list')).toEqual([]);
    expect(await run('secret', 'rotate', '--drop-old')).toHaveProperty('secret_id');
    expect(await run('epoch', 'rotate')).toEqual({ logs: 0 });
    await run('app', 'delete', appId, '--yes');
    expect(existsSync(unused)).toBe(false);
  });
});
