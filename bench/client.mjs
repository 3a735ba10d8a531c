// npm run bench:client [-- rows]: the first sync of a new device in Node, beside the time that decrypting the same entries
// alone takes. The server is a process of its own on SQLite; the device keeps its rows in SQLite, each page durable.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createClient,
  createEntryCipher,
  createVaultSecret,
  openSqliteLocalStore,
  secureRandom,
} from '@synckeep/client/node';
import { command, serve } from '../examples/tour/program.mjs';

const count = Number(process.argv[2] ?? 100_000);
const runs = 3;
const pageSize = 500;
const password = 'correct horse battery staple';
const text = 'The quick brown fox jumps over the lazy dog, and then does it again. '.repeat(2);
const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-client-'));

const cipher = createEntryCipher([createVaultSecret(secureRandom)]);
const keys = () => ({
  current: () => ({ cipher, keyVersion: null }),
  refresh: async () => true,
  onChange: () => () => {},
});

const open = async (url, apiKey, name) => {
  const store = openSqliteLocalStore(join(folder, `${name}.db`));
  const device = { name, platform: 'linux' };
  const client = await createClient({ url, apiKey, store, tables: { notes: {} }, keys, device });
  await client.session.logIn({ email: 'bench@example.com', password });
  return { ...client, store };
};

const settled = (client) =>
  new Promise((resolve, reject) => {
    const end = client.sync.on('status', ({ phase, unsent, problem, syncedAt }) => {
      if (problem) reject(new Error(problem.message));
      if (phase !== 'idle' || unsent > 0 || syncedAt === null) return;
      setImmediate(() => end());
      resolve();
    });
  });

const seconds = async (work) => {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
};

const pullAll = async (client) => {
  const { body: device } = await client.call('registerDevice', { body: { device_name: 'raw', platform: 'linux' } });
  const pages = [];
  for (let cursor = null, more = true; more; ) {
    const { body } = await client.call('pull', { body: { device_id: device.id, cursor } });
    pages.push(body.changes);
    ({ cursor, has_more: more } = body);
  }
  return pages;
};

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

let server;
try {
  const { api_key: apiKey } = await command(folder, ['app', 'create', 'Bench']);
  await command(folder, ['user', 'create', 'bench@example.com', '--password-stdin'], password);
  server = await serve(folder, ['--rate-limit', 'off']);
  const writer = await open(server.url, apiKey, 'writer');
  const rows = Array.from({ length: count }, (_, n) => ({
    id: `note-${String(n).padStart(7, '0')}`,
    text: `${n} ${text}`,
  }));
  await writer.store.commit({ rows: rows.map(toUnsent) });
  const pushed = await seconds(async () => {
    await writer.sync.start();
    await settled(writer);
  });
  console.log(`Node ${process.version}, ${count} rows of ${JSON.stringify(rows[0]).length} bytes`);
  console.log(`first push      ${pushed.toFixed(2)} s, ${Math.round(count / pushed)} rows/s`);

  const pages = await pullAll(writer);
  const alone = [];
  const synced = [];
  for (let run = 0; run < runs; run += 1) {
    alone.push(
      await seconds(async () => {
        for (const page of pages)
          for (let at = 0; at < page.length; at += pageSize) await cipher.openAll(page.slice(at, at + pageSize));
      }),
    );
    const reader = await open(server.url, apiKey, `reader${run}`);
    synced.push(
      await seconds(async () => {
        await reader.sync.start();
        await settled(reader);
      }),
    );
    const found = await reader.table('notes').query();
    if (found.length !== count) throw new Error(`${found.length} rows arrived instead of ${count}.`);
    await reader.close();
    await reader.store.close();
  }
  await writer.close();
  await writer.store.close();
  console.log(`decrypting alone ${median(alone).toFixed(2)} s`);
  console.log(`first sync      ${median(synced).toFixed(2)} s`);
  console.log(`ratio           ${(median(synced) / median(alone)).toFixed(2)} (at most 3)`);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A row as an edit leaves it, without an edit's transaction for each. */
function toUnsent(row) {
  const moment = '019000000000-0000-0a0b0c0d';
  return {
    table: 'notes',
    id: row.id,
    value: JSON.stringify(row),
    version: { count: 1, moment },
    logged: null,
    base: null,
    unsentSince: moment,
    pass: 0,
    revision: 0,
  };
}
