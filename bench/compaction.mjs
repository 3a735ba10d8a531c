// npm run bench:compaction [-- --quick --postgres]: what compaction leaves of a million changes over 50,000 rows, and what
// pushes to the same log feel of it meanwhile: windows with and without it in turn, in one process, as a server has it.
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSyncServer } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier } from '@synckeep/core/memory';
import { openPostgresStore, openSqliteStore } from './compaction-stores.mjs';
import { median } from './processes.mjs';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, postgres: { type: 'boolean' } },
});
const [changes, rows, runs, seconds] = flags.quick ? [200_000, 10_000, 3, 2] : [1_000_000, 50_000, 5, 4];
const clients = 8;
const rowsPerPush = 10;
/** Milliseconds between two pushes of a client. */
const pause = 25;

const store = await (flags.postgres ? openPostgresStore : openSqliteStore)();
/** Milliseconds of each step of compaction, waiting for the lock of the log included. */
const steps = [];
const { changeLog } = store.storage;
const compact = async (...asked) => {
  const began = performance.now();
  const step = await changeLog.compact(...asked);
  steps.push(performance.now() - began);
  return step;
};
const storage = { ...store.storage, changeLog: { ...changeLog, compact } };
await storage.migrate();

const authenticate = async () => null;
const openServer = () =>
  createSyncServer({
    storage,
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://127.0.0.1' }),
    notifier: createMemoryNotifier(),
    authenticator: { authenticate, isCurrent: async () => true },
    login: null,
    rateLimiter: 'off',
  });

/** Settings with which everything but the newest change of each row is too old. */
const makeScope = async () => {
  const server = openServer();
  const { app } = await server.apps.create({ name: 'bench' });
  await server.apps.update(app.id, { requireBase: true, compaction: { keepSeconds: 0, tombstoneSeconds: 86_400 } });
  await server.close();
  return { appId: app.id, userId: crypto.randomUUID() };
};
const scope = await makeScope();
const register = async (name) => {
  const device = { id: crypto.randomUUID(), name, platform: 'linux', installationId: name, session: null };
  const made = { ...device, now: Date.now(), freshEpoch: 'ab'.repeat(8), guards: [] };
  return (await storage.deviceStore.register(scope, made)).device.id;
};

const rowIds = Array.from({ length: rows }, () => crypto.randomUUID());
const data = 'x'.repeat(256);
const toBatch = (deviceId, count, tag) => ({
  deviceId,
  batchId: crypto.randomUUID(),
  changes: Array.from({ length: count }, () => ({
    ...{ table: 'tasks', op: 'update', rowId: rowIds[Math.floor(Math.random() * rows)], data, blobs: null },
    timestamp: '2026-03-13T10:05:00.123456789Z',
  })),
  ...{ keyVersion: null, base: null, tag, now: Date.now(), bytesLimit: null },
});

const devices = await Promise.all(Array.from({ length: clients }, (_, index) => register(`device ${index}`)));

/** Milliseconds of the slowest twentieth of pushes that come for so many seconds. */
const pushFor = async () => {
  const until = performance.now() + seconds * 1000;
  const times = [];
  await Promise.all(
    devices.map(async (device, index) => {
      await delay((index * pause) / clients);
      while (performance.now() < until) {
        const began = performance.now();
        await changeLog.append(scope, toBatch(device, rowsPerPush, 1));
        const took = performance.now() - began;
        times.push(took);
        await delay(Math.max(0, pause - took));
      }
    }),
  );
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)], pushes: times.length };
};

const pushWhileCompacting = async () => {
  const server = openServer();
  const compacting = server.compact({ ...scope });
  const found = await pushFor();
  await server.close();
  const { removed } = await compacting;
  return { ...found, removed };
};

// The pauses of the server keep no process alive.
const alive = setInterval(() => {}, 1_000_000);
try {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; median of ${runs} pairs of ${seconds} s\n`,
  );
  // Only what is measured afterwards has to survive a power cut.
  await store.setDurable(false);
  for (let written = 0; written < changes; written += 500) await changeLog.append(scope, toBatch(devices[0], 500, 1));
  await store.setDurable(true);
  const full = { rows: (await changeLog.status(scope, Date.now())).totalChanges, bytes: await store.bytes() };
  await pushFor();

  const pairs = [];
  for (let run = 0; run < runs; run++) {
    const without = await pushFor();
    const during = await pushWhileCompacting();
    pairs.push({ without, during, ratio: during.p95 / without.p95 });
    console.log(
      `pushes: p95 ${without.p95.toFixed(2)} ms, ${during.p95.toFixed(2)} ms while ${during.removed} changes go: ${pairs.at(-1).ratio.toFixed(2)}`,
    );
  }

  steps.sort((a, b) => a - b);
  const at = (share) => steps[Math.floor(steps.length * share)]?.toFixed(1);
  console.log(
    `\nsteps beside pushes: ${steps.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${steps.at(-1)?.toFixed(1)} ms`,
  );

  const began = performance.now();
  const now = Date.now();
  const bounds = { now, keepFrom: now, activeSince: now, limit: 10_000, isThorough: true };
  while ((await changeLog.compact(scope, bounds)).state === 'more');
  const rest = (performance.now() - began) / 1000;
  const left = { rows: (await changeLog.status(scope, now)).totalChanges, bytes: await store.bytes() };
  console.log(`\nthe rest went in ${rest.toFixed(0)} s`);
  console.log(`changes  ${full.rows} -> ${left.rows}: ${(left.rows / full.rows).toFixed(3)}`);
  console.log(`${store.measured} ${full.bytes} -> ${left.bytes} bytes: ${(left.bytes / full.bytes).toFixed(3)}`);
  console.log(`p95 of pushes while compacting / otherwise: ${median(pairs.map(({ ratio }) => ratio)).toFixed(2)}`);
} finally {
  clearInterval(alive);
  await store.close();
}
