// npm run bench:first-sync [-- --large]: how fast a fresh device gets all rows in one stream, beside a raw loop of the
// same run over the same rows, and how much memory the server takes for it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { startPostgres } from '../scripts/fleet/postgres.mjs';
import { median, processorTime, residentMiB, root, startListening, startServer } from './processes.mjs';
import { api, makeSessions, post, row } from './pushes.mjs';

const { values: flags } = parseArgs({
  options: {
    large: { type: 'boolean' },
    rows: { type: 'string' },
    runs: { type: 'string' },
    on: { type: 'string', multiple: true },
  },
});
const rows = Number(flags.rows ?? (flags.large ? 1_000_000 : 50_000));
const runs = Number(flags.runs ?? 5);

const rowStart = Buffer.from('"table');

/** Reads an answer to its end and counts rows as they come, at little cost. */
const read = (port, path, { method = 'GET', headers = {}, body = '' } = {}) =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      let end = Buffer.alloc(0);
      let count = 0;
      answer.on('data', (part) => {
        // A row may lie across two parts.
        const text = Buffer.concat([end.subarray(-(rowStart.length - 1)), part]);
        for (let at = text.indexOf(rowStart); at >= 0; at = text.indexOf(rowStart, at + 1)) count++;
        end = text.subarray(-400);
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ count, tail: end.toString(), took: performance.now() - began }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

const readAll = async (port, path, options) => {
  const { count, tail, took } = await read(port, path, options);
  if (count !== rows) throw new Error(`${path} brought ${count} of ${rows} rows: ${tail.slice(-200)}`);
  return { perSecond: (rows * 1000) / took, tail };
};

const fill = async (port, { token, deviceId }) => {
  for (let start = 0; start < rows; start += 500) {
    const changes = Array.from({ length: Math.min(500, rows - start) }, (_, i) => ({
      table: 'tasks',
      op: 'insert',
      row_id: `task-${start + i}`,
      timestamp: '2026-03-13T10:05:00.123456789Z',
      data: Buffer.alloc(192, `payload ${start + i} `).toString('base64'),
    }));
    await post(port, '/push', token, { device_id: deviceId, changes });
  }
};

/** What a process takes while something is done: memory at most (MiB) and processor time (ms). */
const watch = async (pid, work) => {
  const before = processorTime(pid);
  let memory = residentMiB(pid);
  const timer = setInterval(() => {
    memory = Math.max(memory, residentMiB(pid));
  }, 50);
  try {
    const value = await work();
    return { value, memory, processor: processorTime(pid) - before };
  } finally {
    clearInterval(timer);
  }
};

const bench = async (name, env, toRaw) => {
  let server = await startServer(env);
  const [session] = await makeSessions(env, server.port, 1);
  const register = (device_name) => post(server.port, '/devices', session.token, { device_name, platform: 'linux' });
  await fill(server.port, session);
  // Another process: what the pushes have left in memory is not the stream's.
  await server.stop();
  server = await startServer(env);
  const raw = await startListening(`${root}bench/raw-lines.mjs`, toRaw());
  const before = residentMiB(server.pid);
  const results = [];
  let most = before;
  for (let run = 0; run < runs; run++) {
    const { id } = await register(`fresh ${run}`);
    const loop = await watch(raw.pid, async () => JSON.parse((await read(raw.port, '/loop')).tail));
    const sent = await watch(raw.pid, () => readAll(raw.port, '/sent'));
    const stream = await watch(server.pid, () =>
      readAll(server.port, `${api}/pull`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${session.token}`,
          'content-type': 'application/json',
          accept: 'application/x-ndjson',
        },
        body: JSON.stringify({ device_id: id }),
      }),
    );
    if (!stream.value.tail.includes('"has_more":false')) throw new Error(`The stream was cut: ${stream.value.tail}`);
    most = Math.max(most, stream.memory);
    results.push({ loop, sent, stream });
  }
  await raw.stop();
  await server.stop();
  const rate = (key) => Math.round(median(results.map((result) => result[key].value.perSecond)));
  const ratio = (key) =>
    median(results.map(({ stream, [key]: other }) => stream.value.perSecond / other.value.perSecond)).toFixed(2);
  const effort = (key) =>
    median(results.map(({ stream, [key]: other }) => other.processor / stream.processor)).toFixed(2);
  row(name, rate('loop'), rate('sent'), rate('stream'), ratio('loop'), ratio('sent'), effort('loop'), effort('sent'));
  console.log(`  memory: ${before.toFixed(0)} MiB before, ${most.toFixed(0)} MiB at most`);
};

const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${runs} runs of ${rows} rows\n`,
);
console.log(`raw loop: select and stringify in one process; raw sent: the same, over a socket to the same reader.
of loop, of sent: the stream's rows a second over theirs; cpu: their processor time over the server's.\n`);
row('rows a second', 'raw loop', 'raw sent', 'stream', 'of loop', 'of sent', 'cpu, loop', 'cpu, sent');
try {
  const on = flags.on ?? ['sqlite', 'postgres'];
  if (on.includes('sqlite')) {
    await bench('SQLite', { SYNCKEEP_DATA_DIR: folder }, () => {
      const file = readdirSync(folder).find((each) => each.endsWith('.db'));
      return ['--file', join(folder, file)];
    });
  }
  if (on.includes('postgres')) {
    const postgres = await startPostgres();
    try {
      const env = { SYNCKEEP_DATABASE_URL: postgres.url, SYNCKEEP_DATA_DIR: folder };
      await bench('PostgreSQL', env, () => ['--url', postgres.url]);
    } finally {
      await postgres.remove();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
