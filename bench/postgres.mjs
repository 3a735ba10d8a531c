// npm run bench:postgres [-- --quick]: the server on PostgreSQL beside two baselines of the same run, as ratios, and how
// soon a stream on one node hears of a push to another.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../scripts/fleet/postgres.mjs';
import { measureFanOut } from './fan-out.mjs';
import { root, startListening, startServer } from './processes.mjs';
import { benchPulls } from './pulls.mjs';
import { benchPushes, makeSessions, row } from './pushes.mjs';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, seconds: { type: 'string' } },
});
const runs = Number(flags.runs ?? (flags.quick ? 1 : 5));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 10));
const warmup = seconds < 10 ? 1 : 2;
const cells = [
  { rows: 1, clients: 8 },
  { rows: 500, clients: 4 },
];

const folder = mkdtempSync(join(tmpdir(), 'synckeep-bench-'));
const postgres = await startPostgres();
const { url } = postgres;

const benchFanOut = async () => {
  console.log();
  row('push to changed, other node', 'pushes/s', 'p50 ms', 'p99 ms', 'pushes', 'unheard');
  for (const { over, perSecond } of [
    { over: 'http', perSecond: 500 },
    { over: 'dispatch', perSecond: 1_500 },
  ]) {
    const found = await measureFanOut({ url, over, perSecond, warmup: 6, seconds });
    row(`over ${over}`, perSecond, found.p50.toFixed(1), found.p99.toFixed(1), found.pushes, found.unheard);
  }
};

const env = { SYNCKEEP_DATABASE_URL: url, SYNCKEEP_DATA_DIR: folder };
const echo = await startListening(`${root}bench/echo.mjs`);
const server = await startServer(env);
try {
  // One more than clients, whose log is empty until it is read.
  const sessions = await makeSessions(env, server.port, 9);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${runs} runs of ${seconds} s\n`,
  );
  await benchPushes({
    ...{ cells, runs, seconds, warmup, echo, server, sessions },
    raw: 'raw-postgres.mjs',
    toJob: (cell) => ({ ...cell, url, mode: 'write' }),
  });
  await benchPulls({
    ...{ server, session: sessions.at(-1), runs },
    raw: 'raw-postgres.mjs',
    toJob: (job) => ({ ...job, url }),
  });
  await benchFanOut();
} finally {
  await server.stop();
  await echo.stop();
  await postgres.remove();
  rmSync(folder, { recursive: true, force: true });
}
