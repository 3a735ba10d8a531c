// Two real servers on one PostgreSQL: devices push to both and read from both while one server is killed with SIGKILL and
// started again, and then PostgreSQL itself is stopped for a while. Checks that every acknowledged change is there exactly
// once, that no reader skips or sees anything twice at any moment, that every request is answered 200 or 503 with
// Retry-After, that both servers recover by themselves, and that streams of the other server hear of every push.
// Run it: npm run test:fleet -- [seed]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, serve } from '../examples/tour/program.mjs';
import { createRandom, joinDevices, pullAll } from './crash/client.mjs';
import { createLedger } from './crash/ledger.mjs';
import { createFleetClient } from './fleet/client.mjs';
import { startPostgres } from './fleet/postgres.mjs';

const seed = Number(process.argv[2] ?? 1 + Math.floor(Math.random() * 0x7fffffff));
if (!Number.isSafeInteger(seed) || seed < 1) {
  console.error('Usage: npm run test:fleet -- [seed], a whole number above 0.');
  process.exit(1);
}
const users = 3;
const writersPerUser = 4;

const violations = [];
const report = (text) => {
  violations.push(text);
  console.error(`VIOLATION: ${text}`);
};

const random = createRandom(seed);
const folder = await mkdtemp(join(tmpdir(), 'synckeep-fleet-'));
const postgres = await startPostgres();
process.env.SYNCKEEP_DATABASE_URL = postgres.url;
const start = (port) => serve(folder, ['--port', port, '--rate-limit', 'off', '--log-level', 'fatal']);
const portOf = ({ url }) => new URL(url).port;

/** @returns accounts with the same devices on both servers. */
const makeAccounts = async (origin) => {
  const password = 'correct horse battery staple';
  const { api_key } = await command(folder, ['app', 'create', 'Fleet']);
  const accounts = [];
  for (let index = 0; index < users; index += 1) {
    const email = `user${index}@example.org`;
    await command(folder, ['user', 'create', email, '--password-stdin'], password);
    accounts.push({ name: email, ...(await joinDevices(origin, { email, password, api_key }, writersPerUser)) });
  }
  return accounts;
};

const percentile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

let nodes = [];
try {
  nodes = [await start('0')];
  nodes.push(await start('0'));
  const origins = nodes.map(({ url }) => url);
  const accounts = await makeAccounts(origins[0]);
  const [prober, ...pushers] = accounts;
  const client = createFleetClient({ random, report });
  const untilBothServe = () => Promise.all(origins.map((origin) => client.untilServes(origin, prober.token)));
  // A device stays with one server, and of each user some push to either; readers poll both.
  const running = pushers.map((account) => ({
    ...account,
    writers: account.writerIds.map((id, index) => client.write(account, id, origins[index % 2])),
    readers: origins.map((origin) =>
      client.read(account, origin, createLedger(`${account.name} on ${origin}`, report)),
    ),
  }));
  const announcements = client.probe(prober, origins[0], origins[1]);

  console.log(`seed ${seed}; both servers push and read`);
  await delay(4_000);

  console.log('one server is killed and started again');
  await nodes[0].stop('SIGKILL');
  await delay(500);
  nodes[0] = await start(portOf(nodes[0]));
  await delay(3_000);

  console.log('PostgreSQL is stopped for two seconds');
  await postgres.stop();
  await delay(2_000);
  await postgres.start();
  await untilBothServe();
  await delay(3_000);

  console.log('PostgreSQL is restarted under load once more, and the other server killed');
  await postgres.stop();
  await postgres.start();
  await nodes[1].stop('SIGKILL');
  nodes[1] = await start(portOf(nodes[1]));
  await untilBothServe();
  await delay(2_000);

  client.stopWriting();
  const batches = (await Promise.all(running.flatMap(({ writers }) => writers))).flat();
  const acknowledged = batches.filter(({ cursor }) => cursor !== null);
  const took = await announcements;
  for (const { readers } of running) for (const reader of readers) await reader.finish();
  for (const account of running) {
    const own = batches.filter(({ userName }) => userName === account.name);
    for (const { ledger } of account.readers) {
      for (const { batch, cursor } of own) ledger.check(batch, cursor !== null);
    }
    const whole = createLedger(`the whole log of ${account.name}`, report);
    whole.note((await pullAll(origins[1], account.token, account.readerId, null)).changes);
    for (const { batch, cursor } of own) whole.check(batch, cursor !== null);
    if (account.readers.some(({ ledger }) => ledger.head !== whole.head))
      report(`a reader of ${account.name} is behind`);
  }
  const { unavailable, refused } = client.answers;
  if (acknowledged.length === 0 || unavailable === 0 || refused === 0)
    report('nothing was interrupted: nothing was proved');
  const changes = acknowledged.reduce((sum, { batch }) => sum + batch.changes.length, 0);
  console.log(
    `${violations.length === 0 ? 'OK' : 'FAILED'}: seed ${seed}; ${acknowledged.length} batches (${changes} changes) acknowledged, ` +
      `${batches.length - acknowledged.length} not; ${unavailable} answers 503, ${refused} connections refused or cut; ` +
      `${took.length} pushes announced by the other server, the median after ${percentile(took, 0.5).toFixed(0)} ms, ` +
      `outages included; ${violations.length} violations`,
  );
} catch (error) {
  report(error.stack ?? String(error));
} finally {
  for (const node of nodes) await node.stop();
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = violations.length === 0 ? 0 : 1;
