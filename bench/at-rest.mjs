// npm run bench:at-rest [-- --changes 1000000]: how many bytes a change takes on disk in SQLite and PostgreSQL, by table
// and index, scaled to a million; and what storing `data` as bytes in place of text would save and cost in SQLite.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPostgresStorage } from '@synckeep/postgres';
import { openPostgres } from '@synckeep/postgres/open';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import Database from 'better-sqlite3';
import { startPostgres } from '../scripts/fleet/postgres.mjs';
import { median } from './processes.mjs';

const { values: flags } = parseArgs({
  options: {
    changes: { type: 'string', default: '200000' },
    bytes: { type: 'string', default: '192' },
    runs: { type: 'string', default: '5' },
  },
});
const [changes, bytes, runs] = [flags.changes, flags.bytes, flags.runs].map(Number);
const million = 1_000_000 / changes;
const inBatch = 500;

const toData = () => randomBytes(bytes).toString('base64url');
const toMegabytes = (size) => (size / 1e6).toFixed(1).padStart(8);
const print = (name, size) => console.log(`  ${name.padEnd(36)}${toMegabytes(size * million)} MB`);

/** A log of one user, written in batches of 500 as a client sends them. */
const fill = async (storage) => {
  const scope = { appId: randomUUID(), userId: randomUUID() };
  const now = Date.now();
  const { device } = await storage.deviceStore.register(scope, {
    ...{ id: randomUUID(), name: 'bench', platform: 'linux', installationId: null, session: null },
    ...{ now, freshEpoch: '00c0ffee00c0ffee', guards: [] },
  });
  for (let sent = 0; sent < changes; sent += inBatch) {
    const batch = Array.from({ length: Math.min(inBatch, changes - sent) }, () => ({
      ...{ table: 'tasks', op: 'update', rowId: randomUUID(), timestamp: '2026-03-13T10:05:00.123456789Z' },
      ...{ data: toData(), blobs: null },
    }));
    await storage.changeLog.append(scope, {
      ...{ deviceId: device.id, batchId: randomUUID(), changes: batch, keyVersion: 1, base: null },
      ...{ tag: 1 + (sent % 1_000_000), now, bytesLimit: null },
    });
  }
};

const folder = mkdtempSync(join(tmpdir(), 'synckeep-at-rest-'));

const measureSqlite = async () => {
  const path = join(folder, 'log.db');
  const database = openSqlite(path);
  const storage = createSqliteStorage({ database });
  await storage.migrate();
  await fill(storage);
  await storage.close();
  database.pragma('wal_checkpoint(TRUNCATE)');
  console.log(`SQLite, a million changes of ${bytes} bytes, sent as base64url:`);
  const parts = database
    .prepare('SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name HAVING size > 100000 ORDER BY size DESC')
    .all();
  for (const { name, size } of parts) print(name, size);
  print('file', statSync(path).size);
  database.close();
};

const measurePostgres = async () => {
  const server = await startPostgres();
  const pool = openPostgres(server.url, { max: 4 });
  try {
    const storage = createPostgresStorage({ pool });
    await storage.migrate();
    await fill(storage);
    await pool.query('VACUUM ANALYZE');
    const { rows } = await pool.query(`
      SELECT relname AS name, pg_relation_size(c.oid) AS size FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE nspname = 'synckeep' AND relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 100000 ORDER BY 2 DESC`);
    console.log(`\nPostgreSQL, the same:`);
    for (const { name, size } of rows) print(name, Number(size));
    await storage.close();
  } finally {
    await pool.end();
    await server.remove();
  }
};

/** The same rows in a table like that of the log, with `data` as text or as bytes. */
const compareCodings = () => {
  const texts = Array.from({ length: Math.min(changes, 100_000) }, toData);
  const codings = {
    text: { store: (text) => text, load: (stored) => stored },
    bytes: {
      store(text) {
        const decoded = Buffer.from(text, 'base64url');
        return decoded.toString('base64url') === text ? decoded : text;
      },
      load: (stored) => (typeof stored === 'string' ? stored : stored.toString('base64url')),
    },
  };
  const measure = (name, { store, load }) => {
    const path = join(folder, `${name}.db`);
    rmSync(path, { force: true });
    const database = new Database(path);
    database.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, data)');
    const insert = database.prepare('INSERT INTO row VALUES (?, ?, ?, ?, ?)');
    const insertSome = database.transaction((from) => {
      for (let i = from; i < Math.min(from + inBatch, texts.length); i++)
        insert.run(i, 'tasks', `row-${i}`, '2026-03-13T10:05:00.123456789Z', store(texts[i]));
    });
    const took = (work) => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / texts.length;
    };
    const write = took(() => {
      for (let from = 0; from < texts.length; from += inBatch) insertSome(from);
    });
    const select = database.prepare('SELECT * FROM row WHERE id >= ? ORDER BY id LIMIT 500').raw();
    let length = 0;
    const read = took(() => {
      for (let from = 0; from < texts.length; from += inBatch)
        for (const stored of select.all(from)) length += load(stored[4]).length;
    });
    if (length !== texts.reduce((sum, text) => sum + text.length, 0)) throw new Error(`${name}: not what was stored.`);
    database.close();
    return { write, read, size: statSync(path).size };
  };
  const results = { text: [], bytes: [] };
  for (let run = 0; run < runs; run++)
    for (const [name, coding] of Object.entries(codings)) results[name].push(measure(name, coding));
  const of = (name, figure) => median(results[name].map((result) => result[figure]));
  console.log(`\n\`data\` as bytes over \`data\` as text, SQLite, median of ${runs} runs by turns:`);
  for (const figure of ['size', 'write', 'read'])
    console.log(`  ${figure.padEnd(36)}${(of('bytes', figure) / of('text', figure)).toFixed(2).padStart(8)}`);
};

try {
  await measureSqlite();
  await measurePostgres();
  compareCodings();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
