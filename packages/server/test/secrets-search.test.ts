import { createCipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import { call, logIn } from './api.js';
import { logInByOAuth } from './oauth-flow.js';
import { type Account, openProgram, type Program } from './program.js';
import { dumpPostgres, dumpSqlite, readFiles } from './tables.js';

let program: Program;
let postgres: RunningPostgres;

beforeAll(async () => {
  [program, postgres] = await Promise.all([openProgram(), startPostgres()]);
}, 120_000);
afterAll(async () => {
  program?.close();
  await postgres?.stop();
});

const canaryOf = (what: string): string => `canary-${what}-${randomUUID()}`;

/** As a client does it: what reaches the server must not be found in its log, what was in it must not be found anywhere. */
const encrypt = (text: string): string => {
  const cipher = createCipheriv('chacha20-poly1305', randomBytes(32), randomBytes(12), { authTagLength: 16 });
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
};

/** A text as it is, and as it would be in a column of bytes or encoded inside something else. */
const spellings = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
};

const findIn = (text: string, secrets: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => {
    expect(secret.length, name).toBeGreaterThan(12);
    return spellings(secret).some((spelling) => text.includes(spelling)) ? [name] : [];
  });

/** One life of a server with everything in it that is secret. */
const live = async (environment: Record<string, string>) => {
  const folder = program.makeFolder();
  const webhookSecret = `whsec_${randomUUID()}`;
  const env = { ...environment, SYNCKEEP_STRIPE_WEBHOOK_SECRET: webhookSecret, LOG_LEVEL: 'trace' };
  let log = '';
  const run = async (args: readonly string[], input?: string): Promise<Record<string, string>> => {
    const done = await program.run(folder, [...args, '--json'], { env, ...(input === undefined ? {} : { input }) });
    log += done.stderr;
    if (done.code !== 0) throw new Error(`synckeep ${args.join(' ')}: ${done.stderr}`);
    return JSON.parse(done.stdout);
  };

  const [firstPassword, password] = [canaryOf('first-password'), canaryOf('password')];
  const app = await run(['app', 'create', 'Searched']);
  const email = `${randomUUID()}@example.org`;
  const user = await run(['user', 'create', email, '--password-stdin'], firstPassword);
  await run(['user', 'password', email, '--password-stdin'], password);
  const rotated = await run(['app', 'rotate-key', 'Searched', '--overlap', '1h']);
  const admin = await run(['admin-token', 'create', 'Search', '--scopes', 'memberships:write,audit:read']);
  const account = (apiKey = ''): Account => ({
    ...{ email, appId: app['app_id'] ?? '', apiKey, userId: user['user_id'] ?? '' },
  });

  const adminPassword = canaryOf('administrator-password');
  const adminEmail = `${randomUUID()}@example.org`;
  await run(['administrator', 'create', adminEmail, '--password-stdin'], adminPassword);

  const server = await program.serve(folder, ['--rate-limit', 'off'], env);
  const signIn = (typed: string) =>
    fetch(`${server.url}/api/admin/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-synckeep-admin': '1' },
      body: JSON.stringify({ email: adminEmail, password: typed }),
    });
  const wrongAdmin = canaryOf('wrong-administrator-password');
  expect((await signIn(wrongAdmin)).status).toBe(401);
  const session = /=(\w+);/.exec((await signIn(adminPassword)).headers.get('set-cookie') ?? '')?.[1] ?? '';
  await fetch(`${server.url}/api/admin/apps`, { headers: { cookie: `synckeep_admin=${session}` } });
  const as = account(rotated['api_key']);
  const former = await logIn(server, account(app['api_key']), password);
  const wrong = canaryOf('wrong-password');
  await logIn(server, as, wrong);
  await logIn(server, { ...as, apiKey: 'sk_not_one_of_this_server' }, password);
  const { body: loggedIn } = await logIn(server, as, password);
  const token: string = loggedIn.token;
  const ask = (method: string, path: string, body?: object) =>
    call(server, method, path, { token, ...(body ? { body } : {}) });

  const { body: device } = await ask('POST', '/devices', { device_name: 'laptop', platform: 'linux' });
  const payload = canaryOf('payload');
  const data = encrypt(payload);
  const change = { table: 'notes', op: 'insert', row_id: 'a', timestamp: '2030-01-01T00:00:00Z', data };
  await ask('POST', '/push', { device_id: device.id, batch_id: 'one', changes: [change] });
  expect((await ask('POST', '/pull', { device_id: device.id })).body.changes).toMatchObject([{ data }]);
  const envelope = encrypt(canaryOf('master-key'));
  await ask('PUT', '/keys', { encrypted_key: envelope });
  await ask('POST', '/keys/rotate/begin', { new_encrypted_key: encrypt('another') });
  await ask('POST', '/keys/rotate/batch', { entries: [{ seq: 1, data: encrypt(payload) }] });
  await ask('POST', '/keys/rotate/complete');

  const plainBlob = canaryOf('blob');
  const bytes = Buffer.from(encrypt(plainBlob));
  const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
  const { upload_url } = (await ask('POST', '/blobs/upload', blob)).body;
  expect((await fetch(upload_url, { method: 'PUT', body: bytes })).status).toBe(200);
  expect((await ask('POST', '/blobs/confirm', blob)).status).toBe(200);
  const { ticket: used } = (await ask('POST', '/subscribe/ticket')).body;
  const stream = new AbortController();
  await fetch(`${server.url}/api/sync/subscribe?ticket=${used}`, { signal: stream.signal });
  stream.abort();
  const { ticket } = (await ask('POST', '/subscribe/ticket')).body;

  const adminToken = admin['token'] ?? '';
  const put = { token: adminToken, body: { label: 'Gold' } };
  expect((await call(server, 'PUT', '/admin/tiers/gold', put)).status).toBe(200);
  await call(server, 'GET', '/admin/items', { token: adminToken });
  const now = Math.floor(Date.now() / 1000);
  const event = JSON.stringify({
    ...{ id: 'evt_search', type: 'customer.subscription.created', created: now },
    data: {
      object: {
        ...{ id: 'sub_search', status: 'active', created: now },
        items: { data: [{ current_period_start: now, current_period_end: now + 3600 }] },
        metadata: { synckeep_user: as.userId, synckeep_tier: 'gold', note: canaryOf('note') },
      },
    },
  });
  const v1 = createHmac('sha256', webhookSecret).update(`${now}.${event}`).digest('hex');
  const results: unknown[] = [];
  for (const signature of [v1, '0'.repeat(64)]) {
    const answer = await fetch(`${server.url}/api/sync/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${now},v1=${signature}` },
      body: event,
    });
    results.push(await answer.json());
  }
  expect(results).toMatchObject([{ result: 'applied' }, { code: 'invalid_webhook' }]);
  await ask('GET', `/status?token=${token}`);
  const oauth: Record<string, string> = await logInByOAuth(server.url, as.apiKey, email, password);
  const link = (await run(['user', 'reset-link', email, '--public-url', server.url]))['link'] ?? '';
  server.signal('SIGTERM');
  const { stdout, stderr } = await server.finished;
  log += stdout + stderr;

  const keys = { 'an API key': app['api_key'] ?? '', 'a rotated API key': rotated['api_key'] ?? '' };
  const passwords = { 'the first password': firstPassword, 'a password': password, 'a wrong password': wrong };
  const tokens = { 'a token': token, 'a former token': former.body.token, 'an admin token': adminToken };
  const tickets = { 'a ticket': ticket, 'a used ticket': used, 'the secret of webhooks': webhookSecret };
  const signature = new URL(upload_url).searchParams.get('signature') ?? '';
  return {
    folder,
    log,
    userId: as.userId,
    data,
    /** To be found nowhere. */
    secrets: {
      ...keys,
      ...passwords,
      ...tokens,
      ...tickets,
      ...oauth,
      'a password of an administrator': adminPassword,
      'a wrong password of an administrator': wrongAdmin,
      'a session of an administrator': session,
      'a link': link.split(/[/=]/).at(-1) ?? '',
      'a signature': signature,
      payload,
      plainBlob,
    },
    /** What the server keeps and must not log. */
    kept: { 'encrypted data': data, 'an envelope': envelope, 'encrypted bytes': bytes.toString(), 'an address': email },
  };
};

type Life = Awaited<ReturnType<typeof live>>;

const search = ({ log, userId, secrets, kept }: Life, stored: string): void => {
  // Both are what they are taken for: the log is at work, and what was stored is there.
  expect(log).toContain('invalid_credentials');
  expect(log).toContain('invalid_webhook');
  expect(findIn(stored, { ...kept, userId })).toEqual(expect.arrayContaining(['an envelope', 'an address', 'userId']));
  expect(findIn(stored, secrets)).toEqual([]);
  expect(findIn(log, { ...secrets, ...kept })).toEqual([]);
};

it('keeps no API key, password, token, code, ticket or payload in clear, in SQLite, its files and the log of a whole life', async () => {
  const life = await live({});
  search(life, dumpSqlite(join(life.folder, 'synckeep.db')));
  expect(findIn(readFiles(life.folder), life.secrets)).toEqual([]);
}, 120_000);

it('keeps no API key, password, token, code, ticket or payload in clear, in PostgreSQL and the log of a whole life', async () => {
  const life = await live({ SYNCKEEP_DATABASE_URL: postgres.url });
  search(life, await dumpPostgres(postgres.url));
}, 120_000);
