// Exports an account with a large blob and a long log, pipes it into an import under the same account, and fails when
// either process needed more memory than a small account needs, or when the two places differ afterwards.
// Run it: npm run test:large-move -- [MiB of blob] [thousands of changes]
import { spawn } from 'node:child_process';
import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentMiB, root } from '../bench/processes.mjs';
import { compose } from '../packages/server/dist/index.js';

const MiB = 1024 * 1024;
/** What a process of this program has at the end of a small move, and the most that a large one may add. */
const mostMiB = 260;
const blobSize = Number(process.argv[2] ?? 1024) * MiB;
const changeCount = Number(process.argv[3] ?? 200) * 1000;
if (!(Number.isSafeInteger(blobSize) && blobSize > 0 && Number.isSafeInteger(changeCount) && changeCount > 0)) {
  console.error('Usage: npm run test:large-move -- [MiB of blob] [thousands of changes], whole numbers above 0.');
  process.exit(1);
}

const zeros = Buffer.alloc(64 * 1024);

/** Bytes that look random and are the same each time. */
function* generate() {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  for (let at = 0; at < blobSize; at += zeros.length) yield cipher.update(zeros);
}

const silent = { debug() {}, info() {}, warn: console.warn, error: console.error };
const open = (dataDir) => compose({ dataDir, log: silent, baseUrl: () => '', pageUrl: () => '', rateLimit: 'off' });

const fill = async (folder) => {
  const { server, storage, blobStore, close } = await open(folder);
  const { app } = await server.apps.create({ name: 'Large' });
  const scope = { appId: app.id, userId: randomUUID() };
  const common = { platform: 'linux', installationId: null, session: null, guards: [], now: Date.now() };
  await storage.deviceStore.register(scope, { ...common, id: randomUUID(), name: 'd', freshEpoch: 'ab'.repeat(8) });
  const [{ id: deviceId }] = await storage.deviceStore.list(scope);
  for (let at = 0; at < changeCount; at += 500) {
    const changes = Array.from({ length: 500 }, (_, index) => ({
      ...{ table: 'notes', op: 'insert', rowId: `row ${at + index}`, timestamp: '2026-03-13T10:05:00Z', blobs: null },
      data: `${at + index} `.padEnd(180, 'x'),
    }));
    const batch = { deviceId, batchId: randomUUID(), changes, keyVersion: null, base: null, tag: 7, bytesLimit: null };
    await storage.changeLog.append(scope, { ...batch, now: Date.now() });
  }
  const digest = createHash('sha256');
  for (const part of generate()) digest.update(part);
  const hash = digest.digest('hex');
  const objectKey = `${scope.appId}/${scope.userId}/${hash}-${'0'.repeat(32)}`;
  const blob = { hash, sizeBytes: blobSize, objectKey, now: Date.now(), expiresAt: Date.now() + 3_600_000 };
  await storage.blobIndex.reserve(scope, { ...blob, bytesLimit: null });
  await blobStore.write({ objectKey, hash, sizeBytes: blobSize }, generate());
  await storage.blobIndex.confirm(scope, hash, objectKey, blobSize, null, Date.now());
  await close();
  return { scope, hash };
};

const look = async (folder, { scope, hash }) => {
  const { storage, blobStore, close } = await open(folder);
  const status = await storage.changeLog.status(scope, Date.now());
  const blob = await storage.blobIndex.get(scope, hash);
  const stored = blob && (await blobStore.inspect(blob.objectKey, blob.sizeBytes));
  await close();
  return JSON.stringify({ ...status, blob: stored });
};

/** Runs a command; `peak` is the most memory that it was seen to have. */
const start = (folder, args, stdio) => {
  const bin = `${root}packages/server/bin/synckeep.js`;
  const child = spawn(process.execPath, [bin, ...args], { stdio, env: { ...process.env, SYNCKEEP_DATA_DIR: folder } });
  const process_ = { child, peak: 0 };
  const timer = setInterval(() => {
    try {
      process_.peak = Math.max(process_.peak, residentMiB(child.pid) || 0);
    } catch {
      clearInterval(timer);
    }
  }, 50);
  process_.ended = once(child, 'exit').then(([code]) => {
    clearInterval(timer);
    if (code !== 0) throw new Error(`synckeep ${args.join(' ')} ended with ${code}.`);
  });
  return process_;
};

const folder = mkdtempSync(join(tmpdir(), 'synckeep-large-'));
try {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const account = await fill(from);
  const began = performance.now();
  const exporting = start(from, ['export'], ['ignore', 'pipe', 'inherit']);
  const importing = start(to, ['import'], ['pipe', 'inherit', 'inherit']);
  exporting.child.stdout.pipe(importing.child.stdin);
  await Promise.all([exporting.ended, importing.ended]);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const peaks = `export ${exporting.peak.toFixed(0)} MiB, import ${importing.peak.toFixed(0)} MiB`;
  console.log(`${blobSize / MiB} MiB and ${changeCount} changes in ${seconds} s; ${peaks} of memory at most`);
  if ((await look(from, account)) !== (await look(to, account))) throw new Error('The two places differ.');
  if (Math.max(exporting.peak, importing.peak) > mostMiB) throw new Error(`More than ${mostMiB} MiB of memory.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
