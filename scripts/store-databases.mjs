// Makes the stored databases of packages/server/test/stored: what a release left behind, as text. Once for each schema
// that is released, from a checkout of that release in which `npm ci` has built it:
//   node scripts/store-databases.mjs [--checkout FOLDER] [--postgres URL of an empty database, whose pg_dump is on the PATH]
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({ options: { checkout: { type: 'string' }, postgres: { type: 'string' } } });
const bin = join(flags.checkout ?? root, 'packages/server/bin/synckeep.js');
const folder = mkdtempSync(join(tmpdir(), 'synckeep-stored-'));
const environment = {
  ...process.env,
  SYNCKEEP_DATA_DIR: folder,
  LOG_LEVEL: 'error',
  ...(flags.postgres && { SYNCKEEP_DATABASE_URL: flags.postgres }),
};

const run = (args, input = '') =>
  JSON.parse(execFileSync(process.execPath, [bin, ...args, '--json'], { env: environment, input, encoding: 'utf8' }));

const serve = async () => {
  const child = spawn(process.execPath, [bin, 'serve', '--rate-limit', 'off'], {
    env: { ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    const stop = async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    };
    return { url, stop };
  }
  throw new Error('The server ended without listening.');
};

const change = (id, op, data) => ({
  table: 'notes',
  op,
  row_id: id,
  timestamp: '2026-03-13T10:05:00.123Z',
  ...(data !== null && { data }),
});

/** A little of everything that a log can hold. */
const live = async (url, app, account) => {
  const call = async (method, path, token, body) => {
    const answer = await fetch(`${url}/api/sync${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const { token } = await call('POST', '/auth', undefined, { ...account, api_key: app.api_key });
  const register = (device_name) => call('POST', '/devices', token, { device_name, platform: 'linux' });
  const [laptop, phone] = [await register('Laptop'), await register('Phone')];
  await call('PUT', '/keys', token, { encrypted_key: 'the first envelope' });
  const batch = {
    device_id: laptop.id,
    batch_id: randomUUID(),
    changes: [change('a', 'insert', 'AAECAwQ='), change('b', 'insert', 'Text ö 😀 "\\'), change('c', 'insert', 'c')],
  };
  const { cursor: answered } = await call('POST', '/push', token, batch);
  const { cursor } = await call('POST', '/pull', token, { device_id: phone.id });
  const later = [change('b', 'update', 'BBBB'), change('c', 'delete', null)];
  await call('POST', '/push', token, { device_id: laptop.id, batch_id: randomUUID(), changes: later });
  await call('POST', '/keys/rotate/begin', token, { new_encrypted_key: 'the second envelope' });
  const { entries } = await call('POST', '/keys/rotate/entries', token, {});
  const done = entries.map(({ seq, data }) => ({ seq, data: `${data}, again` }));
  await call('POST', '/keys/rotate/batch', token, { key_version: 2, entries: done });
  await call('POST', '/keys/rotate/complete', token, { key_version: 2 });
  const { changes } = await call('POST', '/pull', token, { device_id: phone.id, include_own: true, rich: true });
  return { laptop: laptop.id, phone: phone.id, batch, answered, cursor, changes };
};

const quote = (value) => {
  if (value === null) return 'NULL';
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
};

const dumpSqlite = () => {
  const database = new Database(join(folder, 'synckeep.db'), { readonly: true });
  database.defaultSafeIntegers();
  const made = database.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all();
  const own = made.filter(({ name }) => !name.startsWith('sqlite_'));
  const tables = made.filter(({ type }) => type === 'table').map(({ name }) => name);
  const rows = tables.flatMap((table) => [
    ...(table.startsWith('sqlite_') ? [`DELETE FROM ${table};`] : []),
    ...database
      .prepare(`SELECT * FROM ${table}`)
      .raw()
      .all()
      .map((row) => `INSERT INTO ${table} VALUES (${row.map(quote).join(', ')});`),
  ]);
  database.close();
  return { number: countMigrations(rows, 'sync_migration'), sql: [...own.map(({ sql }) => `${sql};`), ...rows] };
};

const countMigrations = (lines, table) => lines.filter((line) => line.startsWith(`INSERT INTO ${table} `)).length;

const dumpPostgres = () => {
  const options = ['--schema=synckeep', '--inserts', '--no-owner', '--no-privileges', flags.postgres];
  const text = execFileSync('pg_dump', options, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  // What is meant for psql alone, comments, and settings that not every version has.
  const sql = text.split('\n').filter((line) => !/^(\\|--|SET (?!check_function_bodies)|$)/.test(line));
  return { number: countMigrations(sql, 'synckeep.migration'), sql };
};

try {
  const account = { email: 'somebody@example.org', password: 'correct horse battery staple' };
  const app = run(['app', 'create', 'Notes']);
  run(['user', 'create', account.email, '--password-stdin'], `${account.password}\n`);
  const server = await serve();
  const lived = await live(server.url, app, account).finally(server.stop);
  const kind = flags.postgres ? 'postgres' : 'sqlite';
  const { number, sql } = flags.postgres ? dumpPostgres() : dumpSqlite();
  const place = join(root, `packages/server/test/stored/${kind}-${String(number).padStart(4, '0')}`);
  writeFileSync(`${place}.sql`, `${sql.join('\n')}\n`);
  writeFileSync(`${place}.json`, `${JSON.stringify({ account, apiKey: app.api_key, ...lived }, null, 2)}\n`);
  console.log(`${place}.sql`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
