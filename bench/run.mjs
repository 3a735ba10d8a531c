// npm run bench [-- --quick]: the server beside two baselines of the same run, as ratios.
//
// A server that adds nothing to a JSON echo and to a raw SQLite loop, where both share one processor, handles
// 1 / (1/echo + 1/raw) pushes a second. Each ratio below is the server's rate over that (more is better).
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, root, runCommand, runJson, runLoad, startListening, startServer } from './processes.mjs';
import { measureStreams } from './streams.mjs';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, seconds: { type: 'string' } },
});
const runs = Number(flags.runs ?? (flags.quick ? 1 : 5));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 10));
const warmup = seconds < 10 ? 1 : 2;
const coldRows = 100_000;
const cells = [
  { rows: 1, clients: 1 },
  { rows: 1, clients: 8 },
  { rows: 100, clients: 4 },
  { rows: 500, clients: 4 },
];
const api = '/api/sync';

const post = async (port, path, token, body) => {
  const answer = await fetch(`http://127.0.0.1:${port}${api}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
};

const makeSessions = async (folder, port, count) => {
  const { api_key } = await runCommand(folder, ['app', 'create', 'bench']);
  const sessions = [];
  for (let i = 0; i < count; i++) {
    const email = `user${i}@example.com`;
    await runCommand(folder, ['user', 'create', email, '--password-stdin'], 'a long password\n');
    const { token } = await post(port, '/auth', undefined, { email, password: 'a long password', api_key });
    const { id } = await post(port, '/devices', token, { device_name: 'bench', platform: 'linux' });
    sessions.push({ token, deviceId: id });
  }
  return sessions;
};

const row = (...columns) => console.log(columns.map((column, i) => String(column).padEnd(i === 0 ? 30 : 12)).join(''));
const folders = [];
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
  folders.push(folder);
  return folder;
};

const range = (count) => Array.from({ length: count }, (_, i) => i);

/** One log of 100,000 rows: how fast a new device reads it, and how soon its writer finds the one row of somebody else. */
const benchPulls = async ({ token, deviceId: writer }) => {
  const call = (path, body) => post(server.port, path, token, body);
  const { cursor } = await call('/pull', { device_id: writer });
  const change = (i) => ({
    table: 'tasks',
    op: 'update',
    row_id: `task-${i}`,
    timestamp: '2026-03-13T10:05:00.123456789Z',
    data: 'x'.repeat(256),
  });
  const register = (name) => call('/devices', { device_name: name, platform: 'linux' });
  for (const start of range(coldRows / 500)) {
    await call('/push', { device_id: writer, changes: range(500).map((i) => change(start * 500 + i)) });
  }
  const results = [];
  for (const run of range(runs)) {
    const { id } = await register(`reader ${run}`);
    const raw = await runJson(
      `${root}bench/raw-sqlite.mjs`,
      [],
      JSON.stringify({ folder: makeFolder(), rows: coldRows, mode: 'read' }),
    );
    const job = { kind: 'pull', port: server.port, path: `${api}/pull`, token, deviceId: id, rows: coldRows };
    const { perSecond } = await runLoad(job);
    results.push({ raw: raw.perSecond, perSecond, ratio: perSecond / raw.perSecond });
  }
  const of = (key) => median(results.map((result) => result[key]));
  console.log();
  row('rows a second, read', 'raw', 'server', 'ratio');
  row('cold pull of 100,000 rows', Math.round(of('raw')), Math.round(of('perSecond')), of('ratio').toFixed(2));

  const { id: other } = await register('other');
  await call('/push', { device_id: other, changes: [change(0)] });
  let requests = 0;
  for (let at = cursor, page; page === undefined || page.has_more; at = page.cursor) {
    page = await call('/pull', { device_id: writer, cursor: at });
    requests++;
  }
  console.log(`\none foreign row behind 100,000 own ones: ${requests} requests`);
};

const echo = await startListening(`${root}bench/echo.mjs`);
const folder = makeFolder();
const server = await startServer(folder);
try {
  const sessions = await makeSessions(folder, server.port, 50);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${runs} runs of ${seconds} s\n`,
  );
  row('pushes a second', 'echo', 'raw', 'ideal', 'server', 'ratio', 'p50 ms', 'p95 ms', 'p95/p50');
  for (const { rows, clients } of cells) {
    const job = { kind: 'push', clients, rows, warmup, seconds };
    const results = [];
    for (let run = 0; run < runs; run++) {
      const echoed = await runLoad({ ...job, port: echo.port, path: '/', sessions });
      const raw = await runJson(
        `${root}bench/raw-sqlite.mjs`,
        [],
        JSON.stringify({ folder: makeFolder(), rows, seconds, mode: 'write' }),
      );
      const served = await runLoad({ ...job, port: server.port, path: `${api}/push`, sessions });
      const ideal = 1 / (1 / echoed.perSecond + 1 / raw.perSecond);
      results.push({ echo: echoed.perSecond, raw: raw.perSecond, ideal, ...served, ratio: served.perSecond / ideal });
    }
    const of = (key) => median(results.map((result) => result[key]));
    row(
      `${rows} rows, ${clients} clients`,
      ...['echo', 'raw', 'ideal', 'perSecond'].map((key) => Math.round(of(key))),
      of('ratio').toFixed(2),
      of('p50').toFixed(2),
      of('p95').toFixed(2),
      (of('p95') / of('p50')).toFixed(2),
    );
  }

  await benchPulls(sessions.at(-1));

  const grown = await measureStreams({ ...server, path: `${api}/subscribe`, sessions, count: 1_000 });
  console.log(`\n1,000 idle streams: ${grown.toFixed(1)} MiB over idle`);
} finally {
  await server.stop();
  await echo.stop();
  for (const made of folders) rmSync(made, { recursive: true, force: true });
}
