// npm run bench [-- --quick]: the server beside two baselines of the same run, as ratios.
//
// A server that adds nothing to a JSON echo and to a raw SQLite loop, where both share one processor, handles
// 1 / (1/echo + 1/raw) pushes a second. Each ratio below is the server's rate over that (more is better).
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, startListening, startServer } from './processes.mjs';
import { benchPulls } from './pulls.mjs';
import { api, benchPushes, makeSessions } from './pushes.mjs';
import { measureStreams } from './streams.mjs';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, seconds: { type: 'string' } },
});
const runs = Number(flags.runs ?? (flags.quick ? 1 : 5));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 10));
const warmup = seconds < 10 ? 1 : 2;
const cells = [
  { rows: 1, clients: 1 },
  { rows: 1, clients: 8 },
  { rows: 100, clients: 4 },
  { rows: 500, clients: 4 },
];
const folders = [];
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
  folders.push(folder);
  return folder;
};

const echo = await startListening(`${root}bench/echo.mjs`);
const folder = makeFolder();
const env = { SYNCKEEP_DATA_DIR: folder };
const server = await startServer(env);
try {
  const sessions = await makeSessions(env, server.port, 50);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${runs} runs of ${seconds} s\n`,
  );
  await benchPushes({
    ...{ cells, runs, seconds, warmup, echo, server, sessions },
    raw: 'raw-sqlite.mjs',
    toJob: (cell) => ({ ...cell, folder: makeFolder(), mode: 'write' }),
  });

  await benchPulls({
    ...{ server, session: sessions.at(-1), runs },
    raw: 'raw-sqlite.mjs',
    toJob: (job) => ({ ...job, folder: makeFolder() }),
  });

  const grown = await measureStreams({ ...server, path: `${api}/subscribe`, sessions, count: 1_000 });
  console.log(`\n1,000 idle streams: ${grown.toFixed(1)} MiB over idle`);
} finally {
  await server.stop();
  await echo.stop();
  for (const made of folders) rmSync(made, { recursive: true, force: true });
}
