// Kills a real server with SIGKILL in the middle of a stream of pushes, again and again, and checks after each restart
// that every acknowledged change is there exactly once and no batch is there in part.
// Run it: npm run test:crash -- [rounds] [seed]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, serve } from '../examples/tour/program.mjs';
import { createRandom, joinDevices, pullAll, push, pushUntilGone, readStatus } from './crash/client.mjs';
import { createLedger } from './crash/ledger.mjs';

const readNumber = (text, fallback) => {
  const number = Number(text ?? fallback);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error('Usage: npm run test:crash -- [rounds] [seed], both whole numbers above 0.');
  process.exit(1);
};

const rounds = readNumber(process.argv[2], 10);
const seed = readNumber(process.argv[3], 1 + Math.floor(Math.random() * 0x7fffffff));
const users = 2;
const writersPerUser = 3;
const longestLife = 400;

const violations = [];
const report = (text) => {
  violations.push(text);
  console.error(`VIOLATION: ${text}`);
};
const total = { acknowledged: 0, changes: 0, whole: 0, absent: 0, hit: 0 };

const makeAccounts = async (folder, origin) => {
  const password = 'correct horse battery staple';
  const { api_key } = await command(folder, ['app', 'create', 'Crash']);
  const accounts = [];
  for (let index = 0; index < users; index += 1) {
    const email = `user${index}@example.org`;
    await command(folder, ['user', 'create', email, '--password-stdin'], password);
    const devices = await joinDevices(origin, { email, password, api_key }, writersPerUser);
    accounts.push({ ...devices, ledger: createLedger(email, report), cursor: null, batches: [] });
  }
  return accounts;
};

/** Reads on from where the last round stopped. */
const catchUp = async (origin, account) => {
  const { changes, cursor } = await pullAll(origin, account.token, account.readerId, account.cursor);
  account.ledger.note(changes);
  account.cursor = cursor;
};

/** What the restarted server must still know, and what it must still take. */
const verify = async (origin, account, batches) => {
  const { ledger, token } = account;
  await catchUp(origin, account);
  for (const { batch, cursor } of batches) ledger.check(batch, cursor !== null);

  const unacknowledged = batches.filter(({ cursor }) => cursor === null);
  for (const sent of unacknowledged) {
    const wasThere = ledger.countOf(sent.batch.batch_id) > 0;
    total[wasThere ? 'whole' : 'absent'] += 1;
    const { status, body } = await push(origin, token, sent.batch);
    const isRight = status === 200 && body.replayed === wasThere && body.accepted === sent.batch.changes.length;
    if (!isRight)
      report(
        `batch ${sent.batch.batch_id} was ${wasThere ? '' : 'not '}there; sent again: ${status} ${JSON.stringify(body)}`,
      );
    sent.cursor = body?.cursor ?? null;
  }
  const acknowledged = batches.filter((sent) => !unacknowledged.includes(sent));
  for (const { batch, cursor } of acknowledged.slice(-5)) {
    const { status, body } = await push(origin, token, batch);
    if (status !== 200 || body.cursor !== cursor || !body.replayed)
      report(`batch ${batch.batch_id} sent again: ${status} ${JSON.stringify(body)}`);
  }
  await catchUp(origin, account);
  for (const { batch } of batches) ledger.check(batch, true);
  total.acknowledged += acknowledged.length;
  total.changes += acknowledged.reduce((sum, { batch }) => sum + batch.changes.length, 0);
  return unacknowledged.length;
};

const playRound = async (server, accounts, random) => {
  let isOver = false;
  const sent = accounts.map(() => []);
  const streams = accounts.flatMap(({ token, writerIds }, index) =>
    writerIds.map((id) => pushUntilGone(server.url, token, id, random, sent[index], () => isOver)),
  );
  const work = Promise.all(streams);
  await Promise.race([work, delay(1 + random.whole(longestLife))]);
  isOver = true;
  await server.stop('SIGKILL');
  await work;
  return sent;
};

/** At the end the whole log is read once more by a device that was not there before. */
const verifyWhole = async (origin, account) => {
  const fresh = createLedger('the whole log', report);
  const { changes } = await pullAll(origin, account.token, account.readerId, null);
  fresh.note(changes);
  for (const { batch } of account.batches) fresh.check(batch, true);
  const { total_changes } = await readStatus(origin, account.token);
  const expected = account.batches.reduce((sum, { batch }) => sum + batch.changes.length, 0);
  if (changes.length !== expected || total_changes !== expected) {
    report(`${expected} changes were pushed, ${changes.length} are in the log, and status says ${total_changes}`);
  }
};

console.log(`${rounds} rounds, seed ${seed}`);
const random = createRandom(seed);
const folder = await mkdtemp(join(tmpdir(), 'synckeep-crash-'));
const start = () => serve(folder, ['--rate-limit', 'off', '--log-level', 'error']);
let server;
try {
  server = await start();
  const accounts = await makeAccounts(folder, server.url);
  for (let round = 1; round <= rounds; round += 1) {
    const sent = await playRound(server, accounts, random);
    server = await start();
    let inFlight = 0;
    for (const [index, account] of accounts.entries()) {
      inFlight += await verify(server.url, account, sent[index]);
      account.batches.push(...sent[index]);
    }
    if (inFlight > 0) total.hit += 1;
    console.log(`round ${round}: ${sent.flat().length} batches, ${inFlight} of them unacknowledged`);
  }
  for (const account of accounts) await verifyWhole(server.url, account);
  if (total.acknowledged === 0 || total.hit === 0)
    report('no round was killed in the middle of pushes: nothing was proved');
} catch (error) {
  report(error.stack ?? String(error));
} finally {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}

console.log(
  `${violations.length === 0 ? 'OK' : 'FAILED'}: ${rounds} rounds, seed ${seed}, ${total.hit} of them killed in the middle of pushes; ` +
    `${total.acknowledged} batches (${total.changes} changes) acknowledged; of the unacknowledged ones ${total.whole} were ` +
    `there whole and ${total.absent} not at all; ${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
