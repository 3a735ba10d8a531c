import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIn } from './api.js';
import { makeAccount, openProgram, type Program, type Serving } from './program.js';

interface Row {
  readonly at: string;
  readonly action: string;
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly app_id: string | null;
  readonly subject: { readonly kind: string; readonly id: string } | null;
  readonly address: string | null;
}

let program: Program;
let folder: string;
let server: Serving;

beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  server = await program.serve(folder);
});
afterAll(() => program.close());

const list = (...args: string[]) => program.json<readonly Row[]>(folder, ['audit', 'list', ...args]);

it('lists who did what to what and from where, by user, app, action and time', async () => {
  const account = await makeAccount(program, folder, 'audited');
  await logIn(server, account);
  await logIn(server, account, 'wrong password');
  const rows = await list('--user', account.email);
  expect(rows.map(({ action }) => action)).toEqual(['login.fail', 'login', 'user.create']);
  expect(rows[1]).toMatchObject({
    actor: { kind: 'user', id: account.userId },
    app_id: account.appId,
    address: '127.0.0.1',
  });
  expect((await list('--app', 'audited')).map(({ action }) => action)).toContain('app.create');
  expect(await list('--app', 'audited', '--action', 'login')).toEqual([rows[1]]);
  expect(await list('--user', account.userId, '--limit', '1')).toEqual([rows[0]]);
  expect(await list('--until', '2020-01-01')).toEqual([]);
  expect((await list('--since', '2020-01-01')).length).toBeGreaterThanOrEqual(4);
  const { stdout } = await program.run(folder, ['audit', 'list', '--user', account.email]);
  expect(stdout).toMatch(new RegExp(`Z {2}login +user:${account.userId} {2}user:${account.userId} {2}app:`));
});

it('keeps the rows of an erased user under one pseudonym, by which they are found', async () => {
  const account = await makeAccount(program, folder, 'forgotten');
  await logIn(server, account);
  await program.json(folder, ['user', 'erase', account.email, '--yes']);
  const rows = await list();
  expect(JSON.stringify(rows)).not.toContain(account.userId);
  const [erased] = await list('--action', 'user.erase');
  const pseudonym = erased?.subject?.id ?? '';
  expect(pseudonym).toMatch(/^erased-/);
  const about = (await list('--about', pseudonym)).map(({ action }) => action);
  expect(about).toEqual(['user.erase', 'user.disable', 'login', 'user.create']);
});

it('refuses what it cannot read, with a sentence', async () => {
  for (const [args, words] of [
    [['--since', 'yesterday'], 'RFC 3339'],
    [['--limit', '0'], 'a number from 1'],
    [['--user', 'nobody@example.org'], 'There is no user'],
  ] as const) {
    const { code, stderr } = await program.run(folder, ['audit', 'list', ...args]);
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(stderr).toContain(words);
  }
});
