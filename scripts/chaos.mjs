// Kills the server and the devices of one user with SIGKILL at random, while all devices write, and checks at the end that
// they agree, that no finished write is missing on any of them, and that no change is in the log twice.
// Run it: npm run test:chaos -- [rounds] [seed]
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { command, serve } from '../examples/tour/program.mjs';
import { createRandom, joinDevices, pullAll } from './crash/client.mjs';

const readNumber = (text, fallback) => {
  const number = Number(text ?? fallback);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error('Usage: npm run test:chaos -- [rounds] [seed], both whole numbers above 0.');
  process.exit(1);
};

const rounds = readNumber(process.argv[2], 20);
const seed = readNumber(process.argv[3], 1 + Math.floor(Math.random() * 0x7fffffff));
const deviceCount = 3;
const patience = 120_000;
const program = fileURLToPath(new URL('chaos/device.mjs', import.meta.url));

const violations = [];
const report = (text) => {
  violations.push(text);
  console.error(`VIOLATION: ${text}`);
};

/** A port that the server gets again after each kill, because devices know its address. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const written = { bags: new Map(), items: new Set() };
const remember = ({ bag, item }) => {
  if (bag === null) written.items.add(item);
  else written.bags.set(bag, (written.bags.get(bag) ?? new Set()).add(item));
};

const openDevice = (options) => {
  const child = fork(program, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.on('message', (message) => message.kind === 'wrote' && remember(message));
  return {
    name: options.name,
    send: (kind) => child.connected && child.send({ kind }),
    state: () =>
      new Promise((resolve) => {
        const take = (message) => {
          if (message.kind !== 'state') return;
          child.off('message', take);
          resolve(message);
        };
        child.on('message', take);
        child.send({ kind: 'ask' });
      }),
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
};

const isSettled = (states) =>
  states.every(({ status }) => status.phase === 'idle' && status.unsent === 0) &&
  new Set(states.map(({ bags, items }) => JSON.stringify([bags, items]))).size === 1;

const settle = async (devices) => {
  const end = Date.now() + patience;
  for (;;) {
    const states = await Promise.all(devices.map((device) => device.state()));
    if (isSettled(states)) return states;
    if (Date.now() > end) {
      report(`the devices do not agree: ${JSON.stringify(states.map(({ status, items }) => [status, items.length]))}`);
      return states;
    }
    for (const device of devices) device.send('calm');
    await delay(200);
  }
};

const verify = (states) => {
  for (const [index, { bags, items, quarantine }] of states.entries()) {
    const present = new Set(items);
    const missing = [...written.items].filter((item) => !present.has(item));
    for (const [id, expected] of written.bags) {
      const found = new Set(bags.find((bag) => bag.id === id)?.items ?? []);
      missing.push(...[...expected].filter((item) => !found.has(item)));
    }
    if (missing.length > 0) report(`device ${index} lost ${missing.length} writes, such as ${missing[0]}`);
    if (quarantine.length > 0)
      report(`device ${index} has ${quarantine.length} changes in quarantine: ${JSON.stringify(quarantine[0])}`);
  }
};

/** The same ciphertext twice would be a batch that was stored twice. */
const verifyLog = async (origin, credentials) => {
  const { token, readerId } = await joinDevices(origin, credentials, 0);
  const { changes } = await pullAll(origin, token, readerId, null);
  const distinct = new Set(changes.map(({ data }) => data)).size;
  if (distinct !== changes.length) report(`${changes.length - distinct} changes are in the log twice`);
  return changes.length;
};

console.log(`${rounds} rounds, seed ${seed}`);
const random = createRandom(seed);
const folder = await mkdtemp(join(tmpdir(), 'synckeep-chaos-'));
const port = await freePort();
const start = () => serve(folder, ['--port', String(port), '--rate-limit', 'off', '--log-level', 'error']);
const kills = { server: 0, device: 0, both: 0 };
let logLength = 0;
let server;
let devices = [];
try {
  const password = 'correct horse battery staple';
  const email = 'chaos@example.org';
  const { api_key: apiKey } = await command(folder, ['app', 'create', 'Chaos']);
  await command(folder, ['user', 'create', email, '--password-stdin'], password);
  server = await start();
  const secret = Object.fromEntries(
    Object.entries({ vaultId: 16, masterKey: 32, rowIdKey: 32 }).map(([name, length]) => [
      name,
      randomBytes(length).toString('hex'),
    ]),
  );
  const optionsOf = (index) => ({
    url: server.url,
    apiKey,
    email,
    password,
    name: `device${index}`,
    path: join(folder, `device${index}.db`),
    secret,
  });
  devices = Array.from({ length: deviceCount }, (_, index) => openDevice(optionsOf(index)));

  for (let round = 1; round <= rounds; round += 1) {
    await delay(100 + random.whole(500));
    const target = random.whole(4);
    const index = random.whole(deviceCount);
    const kind = target === 0 ? 'server' : target === 1 ? 'both' : 'device';
    kills[kind] += 1;
    if (kind !== 'device') await server.stop('SIGKILL');
    if (kind !== 'server') await devices[index].kill();
    if (kind !== 'device') {
      await delay(random.whole(200));
      server = await start();
    }
    if (kind !== 'server') devices[index] = openDevice(optionsOf(index));
    if (round % 20 === 0) console.log(`round ${round}: ${written.items.size} rows written`);
  }

  for (const device of devices) device.send('calm');
  verify(await settle(devices));
  logLength = await verifyLog(server.url, { email, password, api_key: apiKey });
  if (written.items.size === 0) report('nothing was written: nothing was proved');
} catch (error) {
  report(error.stack ?? String(error));
} finally {
  await Promise.all(devices.map((device) => device.kill()));
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}

console.log(
  `${violations.length === 0 ? 'OK' : 'FAILED'}: ${rounds} rounds, seed ${seed}: the server killed ${kills.server} times, a device ` +
    `${kills.device} times, both ${kills.both} times; ${written.items.size} rows and ${written.items.size} additions to shared rows ` +
    `written, ${logLength} changes in the log; ${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
