import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, join } from './api.js';
import { makeAccount, openProgram, type Program, type Serving } from './program.js';

let program: Program;
let folder: string;
let server: Serving;
const secret = 'whsec_0123456789abcdef0123';

beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  server = await program.serve(folder, ['--rate-limit', 'off'], { SYNCKEEP_STRIPE_WEBHOOK_SECRET: secret });
});
afterAll(() => program.close());

const run = <T = Record<string, unknown>>(...args: string[]) => program.json<T>(folder, args);
const refuse = async (...args: string[]): Promise<string> => {
  const { code, stderr } = await program.run(folder, args);
  expect({ args, code }).toEqual({ args, code: 1 });
  expect(stderr).not.toContain('    at ');
  return stderr;
};

const openPaidApp = async (name: string) => {
  await run('item', 'put', 'notes', '--name', 'Notes');
  await run('tier', 'put', 'gold', '--label', 'Gold', '--item', 'notes', '--bytes-limit', '1MiB');
  const account = await makeAccount(program, folder, name);
  await run('app', 'update', account.appId, '--link', 'item:notes');
  const device = await join(server, account, 'laptop');
  const push = async () => (await device.push('x')).status;
  return { account, device, push };
};

it('closes an app that is linked to something paid, and opens it to whoever gets it, within 2 s', async () => {
  const { account, device, push } = await openPaidApp('buying');
  await expect.poll(push, { timeout: 3_000 }).toBe(403);
  const granted = await run<{ membership_id: string }>(
    'membership',
    'grant',
    account.email,
    '--tier',
    'gold',
    '--for',
    '30d',
  );
  expect(granted).toMatchObject({ user_id: account.userId, kind: 'tier', product_id: 'gold', grace_seconds: 0 });
  expect(await push()).toBe(200);
  expect((await device.status()).body).toMatchObject({ access: 'full', bytes_limit: 2 ** 20 });
  await run('membership', 'change', account.email, granted.membership_id, '--now');
  await expect.poll(push, { timeout: 3_000 }).toBe(403);
  expect((await device.status()).body).toMatchObject({ access: 'none' });
  await run('membership', 'change', account.email, granted.membership_id, '--end', 'never');
  expect(await push()).toBe(200);
  expect(await run('membership', 'list', '--tier', 'gold')).toMatchObject([{ ends_at: null }]);
  expect(await run('membership', 'list', '--user', account.email, '--item', 'notes')).toEqual([]);
  const audited = await run<{ action: string }[]>('audit', 'list', '--user', account.email);
  expect(audited.filter(({ action }) => action.startsWith('membership.')).length).toBe(3);
  await run('user', 'erase', account.email, '--yes');
  expect(await run('membership', 'list')).toEqual([]);
});

it('lets an admin token in over HTTP until it is revoked, and shows it once', async () => {
  const created = await run<{ token_id: string; token: string }>(
    'admin-token',
    'create',
    'Dashboard',
    '--scopes',
    'memberships:read,audit:read',
  );
  const get = (path: string) => call(server, 'GET', path, { token: created.token });
  expect((await get('/admin/items')).body).toMatchObject({ next: null });
  expect((await get('/admin/apps')).body).toMatchObject({ code: 'scope_required', details: { scope: 'apps:read' } });
  const list = await run<object[]>('admin-token', 'list');
  expect(list).toMatchObject([{ token_id: created.token_id, name: 'Dashboard' }]);
  expect(JSON.stringify(list)).not.toContain(created.token);
  await run('admin-token', 'revoke', created.token_id);
  expect((await get('/admin/items')).status).toBe(401);
});

it('takes a webhook that Stripe signed', async () => {
  const { account, push } = await openPaidApp('subscribing');
  await expect.poll(push, { timeout: 3_000 }).toBe(403);
  const now = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    id: 'evt_1',
    type: 'customer.subscription.created',
    created: now,
    data: {
      object: {
        ...{ id: 'sub_1', object: 'subscription', status: 'active', created: now, start_date: now },
        items: { data: [{ current_period_start: now, current_period_end: now + 3600 }] },
        metadata: { synckeep_user: account.userId, synckeep_tier: 'gold' },
      },
    },
  });
  const signature = createHmac('sha256', secret).update(`${now}.${body}`).digest('hex');
  const send = async (v1: string) => {
    const answer = await fetch(`${server.url}/api/sync/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${now},v1=${v1}` },
      body,
    });
    return answer.json();
  };
  expect(await send('0'.repeat(64))).toMatchObject({ code: 'invalid_webhook' });
  expect(await push()).toBe(403);
  expect(await send(signature)).toEqual({ result: 'applied' });
  expect(await push()).toBe(200);
  expect(await send(signature)).toEqual({ result: 'repeated' });
  expect(await run('membership', 'list', '--user', account.email)).toMatchObject([
    { source: { provider: 'stripe', reference: 'sub_1' }, grace_seconds: 3 * 86_400 },
  ]);
});

it('refuses what makes no sense, with a sentence', async () => {
  const account = await makeAccount(program, folder, 'confused');
  const { email } = account;
  expect(await refuse('item', 'put', 'Not This', '--name', 'x')).toContain('small letters');
  expect(await refuse('tier', 'put', 'lone', '--label', 'x', '--item', 'nothing')).toContain('no such item or tier');
  expect(await refuse('membership', 'grant', email)).toContain('--item or --tier');
  expect(await refuse('membership', 'grant', email, '--item', 'a', '--tier', 'b')).toContain('either --item or --tier');
  expect(await refuse('membership', 'grant', email, '--item', 'nothing')).toContain('no such item or tier');
  expect(await refuse('membership', 'grant', 'nobody@example.org', '--item', 'notes')).toContain('no user');
  expect(await refuse('membership', 'change', email, 'x', '--now')).toContain('has no membership');
  expect(await refuse('membership', 'change', email, 'x')).toContain('Say what to change');
  expect(await refuse('admin-token', 'create', 'x', '--scopes', 'all')).toContain('one or more of');
  expect(await refuse('admin-token', 'revoke', 'x')).toContain('There is no admin token');
  expect(await refuse('item', 'delete', 'nothing')).toContain('There is no item');
});
