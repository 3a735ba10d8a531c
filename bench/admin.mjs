// npm run bench:admin [-- --users 100000]: how long each row of the admin API takes that reads, on SQLite, where a server
// has many users. One app holds a log of ten changes for each user, and a second one what is left of a million.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { adminScopes, operations } from '@synckeep/protocol';
import { openSqlite } from '@synckeep/sqlite/open';
import { median, runCommand, startServer } from './processes.mjs';

const { values: flags } = parseArgs({ options: { users: { type: 'string' }, times: { type: 'string' } } });
const users = Number(flags.users ?? 100_000);
const times = Number(flags.times ?? 5);
const changesOfEach = 10;
const most = 300;

const toUserId = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** What SQL makes in seconds that the API would make in hours. */
const fill = (file, appId) => {
  const database = openSqlite(file);
  const now = Date.now();
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${users})`;
  const id = `'00000000-0000-4000-8000-' || printf('%012d', i)`;
  const email = `'user' || i || '@example.com'`;
  database.exec(`
    BEGIN;
    ${numbers} INSERT INTO sync_record (kind, key, version, value) SELECT 'user', ${id}, 1, json_object(
      'email', ${email}, 'passwordHash', '', 'generation', 1, 'disabled', json(iif(i % 1000 = 0, 'true', 'false')),
      'createdAt', ${now}, 'verifiedAt', NULL) FROM n;
    ${numbers} INSERT INTO sync_record_index (kind, name, value, key, is_unique) SELECT 'user', 'all', '', ${id}, 0 FROM n;
    ${numbers} INSERT INTO sync_record_index (kind, name, value, key, is_unique) SELECT 'user', 'email', ${email}, ${id}, 1 FROM n;
    ${numbers} INSERT INTO sync_scope (id, app_id, user_id, log, epoch, head, head_tag, head_device, total_changes, data_bytes, data_entries)
      SELECT i, '${appId}', ${id}, i, '00c0ffee00c0ffee', ${changesOfEach}, 7, i, ${changesOfEach}, ${changesOfEach * 256}, ${changesOfEach} FROM n;
    ${numbers} INSERT INTO sync_log (id, scope) SELECT i, i FROM n;
    ${numbers} INSERT INTO sync_device (number, scope, id, name, platform, created_at, last_seen_at)
      SELECT i, i, ${id}, 'Laptop', 'linux', ${now}, ${now} FROM n;
    ${numbers} INSERT INTO sync_change (id, device, tag, op, table_name, row_id, timestamp, data)
      SELECT (i << 36) | p, i, 7, 1, 'tasks', 'row-' || p, '2026-03-13T10:05:00Z', hex(zeroblob(128))
      FROM n, (WITH RECURSIVE c (p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM c WHERE p < ${changesOfEach}) SELECT p FROM c);
    COMMIT;
    ANALYZE;`);
  const counted = database.prepare('SELECT count(*) FROM sync_change').pluck().get();
  database.close();
  return counted;
};

/** What each row is asked for, beside its first page. */
const toCases = (appId) => {
  const someone = toUserId(users / 2);
  const params = { app_id: appId, user_id: someone };
  const middle = { after: someone };
  const more = {
    listUsers: [
      ['500 of them', { limit: '500' }],
      ['from the middle', middle],
      ['by an address', { email: `user${users / 2}@` }],
      ['by a common beginning', { email: 'user' }],
      ['disabled ones', { disabled: 'true' }],
    ],
    listAppUsers: [
      ['500 of them', { limit: '500' }],
      ['from the middle', middle],
    ],
    listUserDevices: [['', params]],
  };
  const isRead = ([, { access, method }]) => access === 'admin' && method === 'GET';
  return Object.entries(operations)
    .filter(isRead)
    .flatMap(([name, { path }]) => {
      const wire = path.replace(/\{(\w+)\}/g, (_, param) => params[param] ?? someone);
      const own = more[name] ?? [];
      const cases = name === 'listUserDevices' ? own : [['', {}], ...own];
      return cases.map(([what, query]) => ({ name, what, path: `${wire}?${new URLSearchParams(query)}` }));
    });
};

const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
const env = { SYNCKEEP_DATA_DIR: folder };
try {
  const { app_id: appId } = await runCommand(env, ['app', 'create', 'Notes']);
  const made = await runCommand(env, ['admin-token', 'create', 'bench', '--scopes', adminScopes.join(',')]);
  const began = performance.now();
  const changes = fill(join(folder, 'synckeep.db'), appId);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${times}`);
  console.log(`${users} users, ${changes} changes, filled in ${seconds} s\n`);
  const server = await startServer(env);
  let slow = 0;
  try {
    // What a process does once, at its first call of the admin API, is not what is measured.
    const headers = { authorization: `Bearer ${made.token}` };
    await (await fetch(`http://127.0.0.1:${server.port}/api/sync/admin/tokens`, { headers })).text();
    for (const { name, what, path } of toCases(appId)) {
      const measured = [];
      let status = 0;
      for (let time = 0; time < times; time++) {
        const sent = performance.now();
        const answer = await fetch(`http://127.0.0.1:${server.port}/api/sync${path}`, {
          headers,
        });
        await answer.text();
        measured.push(performance.now() - sent);
        status = answer.status;
      }
      // The first one has nothing in any cache.
      const [first] = measured;
      const isSlow = Math.max(first, median(measured)) > most;
      if (isSlow || status >= 500) slow += 1;
      const columns = [`${name} ${what}`.padEnd(36), status, `first ${first.toFixed(1)} ms`.padStart(16)];
      console.log(...columns, `median ${median(measured).toFixed(1)} ms`.padStart(18), isSlow ? 'SLOW' : '');
    }
  } finally {
    await server.stop();
  }
  console.log(slow === 0 ? `\nEach answered within ${most} ms.` : `\n${slow} did not answer within ${most} ms.`);
  process.exitCode = slow === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
