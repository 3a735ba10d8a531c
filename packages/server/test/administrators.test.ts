import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAdmin as ask, call, ownPage as mark, tokenOf } from './api.js';
import { makeAccountHere, runHere, serveHere } from './here.js';
import { makeAccount, openProgram, type Program, password, type Serving } from './program.js';

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

const email = 'ops@example.org';
/** Waits for the line after "listening on", which is the last one of a start. */
const setUpLine = async (server: Serving): Promise<string> => {
  await expect.poll(() => server.output().stdout.split('\n').length, { timeout: 10_000 }).toBeGreaterThan(2);
  return server.output().stdout.split('\n')[1] ?? '';
};

const stop = async (server: Serving): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  server.signal('SIGTERM');
  return server.finished;
};

describe('the first run [P-174]', () => {
  it('prints a link that makes the first administrator, who administers by a cookie from then on', async () => {
    const folder = program.makeFolder();
    const server = await program.serve(folder, ['--log-level', 'trace']);
    const line = await setUpLine(server);
    expect(line).toMatch(
      /^make the first administrator, within 24 hours: http:\/\/127\.0\.0\.1:\d+\/admin\/setup#token=/,
    );
    expect(line).toContain(`${server.url}/admin/setup#token=`);
    const token = tokenOf(line);
    expect((await ask(server, 'GET', '/session')).body).toMatchObject({ administrator: null, needs_setup: true });
    expect((await ask(server, 'GET', '/apps')).status).toBe(401);

    const setUp = { token, email, password };
    expect((await ask(server, 'POST', '/setup', { body: setUp, headers: {} })).body.code).toBe('cross_site_request');
    const made = await ask(server, 'POST', '/setup', { body: setUp });
    expect([made.status, made.body.administrator.email]).toEqual([201, email]);
    expect((await ask(server, 'POST', '/setup', { body: setUp })).body.code).toBe('setup_link_used');
    const { cookie } = made;
    expect(cookie).toMatch(/^synckeep_admin=[0-9a-f]{64}$/);
    const session = { administrator: { email }, needs_setup: false, sign_in_enabled: true };
    expect((await ask(server, 'GET', '/session', { cookie })).body).toMatchObject(session);
    expect((await ask(server, 'GET', '/apps', { cookie })).body).toEqual({ apps: [], next: null });

    const body = { name: 'CI', scopes: ['audit:read'] };
    expect((await ask(server, 'POST', '/tokens', { cookie, body, headers: {} })).status).toBe(403);
    const elsewhere = { ...mark, origin: 'https://evil.example' };
    expect((await ask(server, 'POST', '/tokens', { cookie, body, headers: elsewhere })).status).toBe(403);
    expect(
      (await ask(server, 'POST', '/tokens', { cookie, body, headers: { ...mark, origin: server.url } })).status,
    ).toBe(201);
    const { body: audit } = await ask(server, 'GET', '/audit?action=admin_token.create', { cookie });
    expect(audit.rows).toMatchObject([{ actor: { kind: 'administrator', id: made.body.administrator.id } }]);

    expect((await ask(server, 'DELETE', '/session', { cookie })).status).toBe(204);
    expect((await ask(server, 'GET', '/apps', { cookie })).status).toBe(401);
    const again = await ask(server, 'POST', '/session', { body: { email, password } });
    expect(again.cookie).not.toBe(cookie);
    expect((await ask(server, 'GET', '/apps', { cookie: again.cookie })).status).toBe(200);

    const { stderr } = await stop(server);
    const stored = ['synckeep.db', 'secret'].map((name) => readFileSync(join(folder, name), 'latin1')).join('');
    for (const secret of [token, password, cookie.slice(15), again.cookie.slice(15)]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(stderr).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
    const next = await program.serve(folder);
    expect((await stop(next)).stdout).toBe(`listening on ${next.url}\n`);
  });

  it('lets an ordinary user in neither by token nor by password', async () => {
    const folder = program.makeFolder();
    const account = await makeAccount(program, folder, 'ordinary');
    const server = await program.serve(folder);
    const { body } = await call(server, 'POST', '/auth', {
      body: { email: account.email, password, api_key: account.apiKey },
    });
    expect((await call(server, 'GET', '/admin/apps', { token: body.token })).body.code).toBe('invalid_token');
    const signIn = await ask(server, 'POST', '/session', { body: { email: account.email, password } });
    expect([signIn.body.code, signIn.cookie]).toEqual(['invalid_credentials', '']);
    await stop(server);
  });
});

describe('the commands for administrators', () => {
  it('make a link, administrators of new and old users, list them and remove all but the last [P-176]', async () => {
    const dataDir = program.makeFolder();
    const account = await makeAccountHere({ dataDir });
    const server = await serveHere({ dataDir });
    const run = <T>(...args: string[]) => runHere<T>({ SYNCKEEP_DATA_DIR: dataDir }, 'administrator', ...args);
    const refuse = (...args: string[]) => expect(run(...args)).rejects;

    const { link } = await run<{ link: string }>('set-up-link', '--public-url', 'https://sync.example.org');
    expect(link).toMatch(/^https:\/\/sync\.example\.org\/admin\/setup#token=[0-9a-f]{64}$/);
    await refuse('set-up-link').toThrow('what browsers call the server');
    const made = await program.json<{ administrator_id: string; new: boolean }>(
      dataDir,
      ['administrator', 'create', email, '--password-stdin'],
      `${password}\n`,
    );
    expect(made.new).toBe(true);
    const late = { body: { token: tokenOf(link), email: 'late@example.org', password } };
    expect((await ask(server, 'POST', '/setup', late)).body.code).toBe('setup_link_used');
    await refuse('set-up-link', '--public-url', 'https://x.example').toThrow('There is an administrator already');
    expect((await ask(server, 'POST', '/session', { body: { email, password } })).status).toBe(200);

    await refuse('remove', email).toThrow('Nobody else could administer this server');
    await refuse('remove', account.email).toThrow('is no administrator');
    await refuse('create', 'nobody@example.org', '--existing').toThrow('There is no user');
    const old = await run<object>('create', account.email, '--existing');
    expect(old).toEqual({ administrator_id: account.userId, email: account.email, new: true });
    expect(await run('create', account.email, '--existing')).toMatchObject({ new: false });
    const listed = await run<{ email: string }[]>('list');
    expect(listed.map((each) => each.email).sort()).toEqual([account.email, email].sort());
    expect(await run('remove', email)).toEqual({ administrator_id: made.administrator_id });
    expect((await ask(server, 'POST', '/session', { body: { email, password } })).status).toBe(401);
    await server.stop();
  });

  it('make admin tokens that end by themselves [P-175]', async () => {
    const dataDir = program.makeFolder();
    const run = <T>(...args: string[]) => runHere<T>({ SYNCKEEP_DATA_DIR: dataDir }, 'admin-token', ...args);
    const create = ['create', 'CI', '--scopes', 'usage:read'];
    const { stdout } = await program.run(dataDir, ['admin-token', ...create, '--expires-in', '90d']);
    expect(stdout).toMatch(/^token_id {2}\S+\ntoken {5}ska_[0-9a-f]{64}\nexpires {3}\S+Z\nKeep the token: /);
    expect(await run(...create)).toMatchObject({ expires_at: null });
    const wrong = await program.run(dataDir, ['admin-token', ...create, '--expires-in', '1s']);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('a time such as 24h or 90d')]);
    const listed = await run<{ expires_at: string | null }[]>('list');
    const [ending] = listed.flatMap(({ expires_at }) => (expires_at === null ? [] : [Date.parse(expires_at)]));
    const days = ((ending ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThanOrEqual(90);
  });
});
