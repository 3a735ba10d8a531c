// Sends a blob of 1 GiB through a real server, up and down, and fails when the server's memory grew with it. Then uploads
// that are short, long or altered must be refused and leave no file behind.
// Run it: npm run test:large-blob -- [MiB]
import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { residentMiB, runCommand, startServer } from '../bench/processes.mjs';

const MiB = 1024 * 1024;
const mostGrowth = 60;
const sampleInterval = 50;
const largeSize = Number(process.argv[2] ?? 1024) * MiB;
/** Less than the 16 MiB that the server still reads after a refusal, so that its answer arrives whatever the timing. */
const smallSize = 8 * MiB;
if (!Number.isSafeInteger(largeSize) || largeSize <= 0) {
  console.error('Usage: npm run test:large-blob -- [MiB], a whole number above 0.');
  process.exit(1);
}

const zeros = Buffer.alloc(64 * 1024);

/** Bytes that look random and are the same each time: no two parts are alike, so a lost or swapped one shows. */
function* generate(size, seed) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  for (let at = 0; at < size; at += zeros.length)
    yield cipher.update(zeros.subarray(0, Math.min(zeros.length, size - at)));
}

const hashOf = (parts) => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};

const expectEqual = (what, actual, expected) => {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}.`);
};

/** PUTs the parts, in chunks of no announced length unless one is given. Resolves with status and error code. */
const put = (url, parts, length) =>
  new Promise((resolve, reject) => {
    const headers = length === undefined ? {} : { 'content-length': length };
    const source = Readable.from(parts, { objectMode: false });
    const upload = request(url, { method: 'PUT', headers }, async (answer) => {
      try {
        let text = '';
        for await (const part of answer.setEncoding('utf8')) text += part;
        resolve({ status: answer.statusCode, code: text === '' ? null : JSON.parse(text).code });
      } catch (error) {
        reject(error);
      } finally {
        // A refusal may come before everything was sent.
        source.destroy();
        upload.destroy();
      }
    });
    upload.on('error', reject);
    source.on('error', reject);
    source.pipe(upload);
  });

const createClient = async (env, port) => {
  const { api_key } = await runCommand(env, ['app', 'create', 'large-blob']);
  const [email, password] = ['large@example.com', 'a long password'];
  await runCommand(env, ['user', 'create', email, '--password-stdin'], `${password}\n`);
  let token;
  const post = async (path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/sync${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  ({ token } = (await post('/auth', { email, password, api_key })).body);
  expectEqual('devices', (await post('/devices', { device_name: 'large', platform: 'linux' })).status, 201);
  return post;
};

/** Watches the memory of a process that is idle now. */
const watchMemory = (pid) => {
  const idle = residentMiB(pid);
  let peak = idle;
  let samples = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid));
    samples += 1;
  }, sampleInterval);
  return () => {
    clearInterval(timer);
    return { idle, peak, samples };
  };
};

const upAndDown = async (post) => {
  const hash = hashOf(generate(largeSize, 1));
  const blob = { hash, size_bytes: largeSize };
  const begun = performance.now();
  const { upload_url } = (await post('/blobs/upload', blob)).body;
  expectEqual('upload', await put(upload_url, generate(largeSize, 1), largeSize), { status: 200, code: null });
  const uploaded = performance.now();
  expectEqual('confirm', await post('/blobs/confirm', blob), { status: 200, body: blob });
  const { download_url } = (await post('/blobs/download', { hash })).body;
  const asked = performance.now();
  const answer = await fetch(download_url);
  expectEqual('download', answer.status, 200);
  const digest = createHash('sha256');
  for await (const part of answer.body) digest.update(part);
  expectEqual('hash of the download', digest.digest('hex'), hash);
  return { up: (uploaded - begun) / 1000, down: (performance.now() - asked) / 1000 };
};

function* altered(parts) {
  let isFirst = true;
  for (const part of parts) {
    if (isFirst) part[0] ^= 1;
    isFirst = false;
    yield part;
  }
}

const refusals = [
  ['short', () => generate(smallSize - 1, 2), undefined],
  ['long', () => generate(smallSize + MiB, 2), undefined],
  ['altered', () => altered(generate(smallSize, 2)), undefined],
  ['altered, of the announced length', () => altered(generate(smallSize, 2)), smallSize],
  ['announced as long', () => generate(smallSize + 1, 2), smallSize + 1],
];

const refuseAll = async (post, filesNow) => {
  const blob = { hash: hashOf(generate(smallSize, 2)), size_bytes: smallSize };
  const before = filesNow();
  for (const [name, parts, length] of refusals) {
    const { upload_url } = (await post('/blobs/upload', blob)).body;
    expectEqual(`upload ${name}`, await put(upload_url, parts(), length), { status: 422, code: 'blob_mismatch' });
    expectEqual(`files after an upload ${name}`, filesNow(), before);
    const { status, body } = await post('/blobs/confirm', blob);
    expectEqual(`confirm after an upload ${name}`, [status, body.code], [409, 'blob_not_uploaded']);
  }
};

const folder = mkdtempSync(join(tmpdir(), 'synckeep-large-blob-'));
const filesNow = () =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
try {
  const env = { SYNCKEEP_DATA_DIR: folder };
  const server = await startServer(env);
  try {
    // Begins before the first request, so that nothing the server grows by is taken for idle.
    const stopWatching = watchMemory(server.pid);
    const post = await createClient(env, server.port);
    const { up, down } = await upAndDown(post);
    const { idle, peak, samples } = stopWatching();
    expectEqual('blob files', filesNow().length, 1);
    await refuseAll(post, filesNow);
    const growth = peak - idle;
    const expectedSamples = ((up + down) * 1000) / sampleInterval / 4;
    if (samples < expectedSamples) throw new Error(`Memory was looked at only ${samples} times.`);
    const summary = `${largeSize / MiB} MiB up in ${up.toFixed(1)} s, down in ${down.toFixed(1)} s; memory ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most (+${growth.toFixed(0)}, ${samples} samples); ${refusals.length} bad uploads refused without a trace`;
    const isSmall = growth <= mostGrowth;
    console.log(`${isSmall ? 'OK' : `FAILED, over ${mostGrowth} MiB of growth`}: ${summary}`);
    if (!isSmall) process.exitCode = 1;
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
