import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './api.js';
import { administerHere } from './here.js';
import { makeAccount, openProgram, type Program, password, type Serving } from './program.js';

let program: Program;
let folder: string;
let server: Serving;
beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  server = await program.serve(folder, ['--rate-limit', 'off']);
});
afterAll(() => program.close());

const link = async (...args: readonly string[]): Promise<string> =>
  (await program.json<{ link: string }>(folder, [...args, '--public-url', server.url])).link;

const refuse = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await program.run(folder, args);
  expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
  return stderr;
};

const post = (path: string, fields: Record<string, string>) =>
  fetch(`${server.url}/account${path}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields),
  });

const tokenOf = (url: string): string => new URL(url).searchParams.get('token') ?? '';

const logIn = (body: Record<string, string>) => call(server, 'POST', '/auth', { body });

describe('accounts through the command line, without any mail', () => {
  it('invites somebody who then registers on the page of the link', async () => {
    const { apiKey } = await makeAccount(program, folder, 'invites');
    const email = 'guest@example.org';
    expect(await refuse('user', 'invite', email, '--app', 'invites', '--public-url', server.url)).toContain(
      'registration',
    );
    await program.json(folder, ['app', 'update', 'invites', '--registration', 'invite']);
    expect(await refuse('user', 'invite', email, '--app', 'invites')).toContain('SYNCKEEP_PUBLIC_URL or --public-url');
    const sent = ['user', 'invite', email, '--app', 'invites', '--public-url', server.url, '--send'];
    expect(await refuse(...sent)).toContain('No mail server is configured');
    const invited = await link('user', 'invite', email, '--app', 'invites');
    expect(await (await fetch(invited)).text()).toContain('guest@example.org');
    const made = await post('/register', { token: tokenOf(invited), 'new-password': password });
    expect(await made.text()).toContain('Your account is ready');
    expect((await logIn({ email, password, api_key: apiKey })).status).toBe(200);
  });

  it('gives a user a link to choose a password, and one to confirm the address', async () => {
    const { email, apiKey } = await makeAccount(program, folder, 'forgets');
    const reset = tokenOf(await link('user', 'reset-link', email));
    await post('/reset', { token: reset, 'new-password': 'another good password' });
    expect((await logIn({ email, password: 'another good password', api_key: apiKey })).status).toBe(200);
    expect((await post('/reset', { token: reset, 'new-password': password })).status).toBe(410);
    await post('/verify', { token: tokenOf(await link('user', 'verify-link', email)) });
    const users = await program.json<{ email: string; verified_at: string | null }[]>(folder, ['user', 'list']);
    expect(users.find((user) => user.email === email)?.verified_at).toMatch(/^20/);
  });

  it('gives a user another address', async () => {
    const { email, apiKey } = await makeAccount(program, folder, 'moves');
    await program.json(folder, ['user', 'email', email, 'moved@example.org', '--verified']);
    expect((await logIn({ email: 'moved@example.org', password, api_key: apiKey })).status).toBe(200);
    expect((await logIn({ email, password, api_key: apiKey })).status).toBe(401);
    await makeAccount(program, folder, 'other');
    expect(await refuse('user', 'email', 'moved@example.org', 'other@example.org')).toContain('already a user');
  });

  it('asks for the second factor at login, also after old secrets were dropped, until it is turned off [P-18]', async () => {
    const { email, apiKey, userId } = await makeAccount(program, folder, 'careful');
    const { totp, codes } = await administerHere({ dataDir: folder }, async ({ accounts: { secondFactor } }) => {
      const { secret } = await secondFactor.begin(userId);
      const made = new TOTP({ secret: Secret.fromBase32(secret) });
      return { totp: made, codes: await secondFactor.confirm(userId, made.generate()) };
    });
    const body = { email, password, api_key: apiKey };
    expect((await logIn(body)).body).toMatchObject({ code: 'two_factor_required' });
    expect(await logIn({ ...body, code: '000000' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_second_factor' },
    });
    expect((await logIn({ ...body, code: codes?.[0] ?? '' })).status).toBe(200);
    await program.json(folder, ['secret', 'rotate', '--drop-old']);
    // The code of this moment may be the one that confirmed it; the next one is taken a step of time before.
    const nextCode = () => totp.generate({ timestamp: Date.now() + 30_000 });
    await expect
      .poll(async () => (await logIn({ ...body, code: nextCode() })).status, { timeout: 10_000, interval: 500 })
      .toBe(200);
    await program.json(folder, ['user', 'second-factor-off', email]);
    expect((await logIn(body)).status).toBe(200);
  });

  it('says in a sentence why a mail server cannot be used', async () => {
    const { code, stderr } = await program.run(program.makeFolder(), ['serve'], {
      env: { PORT: '0', SYNCKEEP_SMTP_URL: 'smtp://user:hunter2@127.0.0.1:1', SYNCKEEP_MAIL_FROM: 'sync@example.org' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('hunter2');
  });
});
