// A tour of Synckeep: starts a server on a temporary folder, plays two devices through the whole protocol, and prints
// every request and answer. It fails when an answer has another shape than the protocol says. Run it: npm run tour
import { deepStrictEqual, strictEqual } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, say, title } from './api.mjs';
import { command, serve } from './program.mjs';
import { createKey, open, openBytes, seal, sealBytes, sha256 } from './sealing.mjs';
import {
  bool,
  error,
  exactly,
  jwt,
  list,
  nothing,
  object,
  oneOf,
  someText,
  text,
  time,
  url,
  uuid,
  whole,
} from './shape.mjs';

const email = 'alice@example.org';
const password = 'correct horse battery staple';

const login = object({ token: jwt, user_id: uuid, app_id: uuid });
const device = object({ id: uuid, device_name: someText, created_at: time });
const pushed = object({ cursor: someText });
const change = object({
  table: someText,
  op: oneOf('insert', 'update', 'delete'),
  row_id: someText,
  timestamp: time,
  data: someText,
});
const pulled = object({ changes: list(change), cursor: someText, has_more: bool });
const status = object({ total_changes: whole, latest_cursor: someText });
const key = (version) => object({ encrypted_key: someText, key_version: exactly(version) });

const play = async (folder, origin) => {
  const api = createApi(origin);
  const post = (path, token, body, shape, expected = 200) =>
    api.call('POST', path, { token, body, shape, status: expected });
  const get = (path, token, shape, expected = 200) => api.call('GET', path, { token, shape, status: expected });

  title('An app and a user, made on the command line');
  console.log('$ synckeep app create Notes --json');
  const { app_id: appId, api_key: apiKey } = await command(folder, ['app', 'create', 'Notes']);
  console.log(`  app_id ${appId}, api_key ${apiKey.slice(0, 10)}… (shown this once)`);
  console.log(`$ synckeep user create ${email} --password-stdin --json`);
  const { user_id: userId } = await command(folder, ['user', 'create', email, '--password-stdin'], password);
  console.log(`  user_id ${userId}\n`);

  title('Logging in');
  const credentials = { email, password, api_key: apiKey };
  await post('/auth', undefined, { ...credentials, password: 'a wrong password' }, error('invalid_credentials'), 401);
  const { token: laptopToken, ...identity } = await post('/auth', undefined, credentials, login);
  strictEqual(identity.user_id, userId);
  strictEqual(identity.app_id, appId);
  const { token: phoneToken } = await post('/auth', undefined, credentials, login);

  title('Two devices');
  const laptop = await post(
    '/devices',
    laptopToken,
    { device_name: "Alice's MacBook", platform: 'macos' },
    device,
    201,
  );
  say('The same name again finds the same device.');
  const again = await post('/devices', laptopToken, { device_name: "Alice's MacBook", platform: 'macos' }, device);
  strictEqual(again.id, laptop.id);
  const phone = await post('/devices', phoneToken, { device_name: "Alice's phone", platform: 'android' }, device, 201);
  const devices = await get('/devices', phoneToken, list(device));
  deepStrictEqual(devices.map(({ id }) => id).sort(), [laptop.id, phone.id].sort());

  title('Pushing changes');
  say('The laptop encrypts before it sends. The server sees tables, row ids and times, and the text below as `data`.');
  const oldKey = createKey();
  const row = (op, rowId, timestamp, content) => ({
    table: 'tasks',
    op,
    row_id: rowId,
    timestamp,
    data: seal(oldKey, content),
  });
  const changes = [
    row('insert', 'task-001', '2026-03-13T10:05:00Z', { title: 'Buy milk' }),
    row('insert', 'task-002', '2026-03-13T10:05:00.123456789+01:00', { title: 'Call Bob' }),
    row('delete', 'task-002', '2026-03-13T10:06:00Z', { deleted: true }),
  ];
  const batch = { device_id: laptop.id, batch_id: randomUUID(), changes };
  const firstPush = await post('/push', laptopToken, batch, pushed);
  say('The answer was lost on the way? The same batch again: the same cursor, and nothing is stored twice.');
  const repeated = await post('/push', laptopToken, batch, pushed);
  strictEqual(repeated.cursor, firstPush.cursor);
  strictEqual((await get('/status', laptopToken, status)).total_changes, changes.length);

  title('Pulling changes');
  const firstPull = await post('/pull', phoneToken, { device_id: phone.id, cursor: null }, pulled);
  deepStrictEqual(firstPull.changes, changes);
  strictEqual(firstPull.has_more, false);
  deepStrictEqual(open(oldKey, firstPull.changes[0].data), { title: 'Buy milk' });
  const secondPull = await post('/pull', phoneToken, { device_id: phone.id, cursor: firstPull.cursor }, pulled);
  deepStrictEqual(secondPull.changes, []);
  strictEqual(secondPull.has_more, false);

  title('The cursor of a push, given to pull');
  say(
    'The phone writes, then the laptop does. The cursor of its own push does not make the laptop miss the row of the phone.',
  );
  const fromPhone = row('update', 'task-001', '2026-03-13T10:10:00Z', { title: 'Buy oat milk' });
  await post('/push', phoneToken, { device_id: phone.id, batch_id: randomUUID(), changes: [fromPhone] }, pushed);
  const fromLaptop = row('insert', 'task-003', '2026-03-13T10:11:00Z', { title: 'Water the plants' });
  const ownPush = await post(
    '/push',
    laptopToken,
    { device_id: laptop.id, batch_id: randomUUID(), changes: [fromLaptop] },
    pushed,
  );
  const laptopPull = await post('/pull', laptopToken, { device_id: laptop.id, cursor: ownPush.cursor }, pulled);
  deepStrictEqual(
    laptopPull.changes.filter(({ row_id, op }) => row_id === 'task-001' && op === 'update'),
    [fromPhone],
  );

  title('Status');
  strictEqual((await get('/status', laptopToken, status)).total_changes, 5);
  say('The same operations stand under /api/v1/sync.');
  await createApi(origin, '/api/v1/sync').call('GET', '/status', { token: laptopToken, status: 200, shape: status });

  title('The encrypted master key');
  await get('/keys', laptopToken, error('key_not_found'), 404);
  const envelope = seal(createKey(), { master_key: oldKey.toString('base64') });
  await api.call('PUT', '/keys', {
    token: laptopToken,
    body: { encrypted_key: envelope },
    status: 200,
    shape: object({ key_version: exactly(1) }),
  });
  strictEqual((await get('/keys', phoneToken, key(1))).encrypted_key, envelope);

  title('An encrypted file');
  const picture = Buffer.from('a picture of a plant, as bytes');
  const sealed = sealBytes(oldKey, picture);
  const blob = { hash: sha256(sealed), size_bytes: sealed.length };
  const upload = await post(
    '/blobs/upload',
    laptopToken,
    blob,
    object({ upload_url: url, already_exists: exactly(false) }),
  );
  await api.put(upload.upload_url, sealed);
  await post('/blobs/confirm', laptopToken, blob, object({}));
  await post('/blobs/upload', phoneToken, blob, object({ upload_url: text, already_exists: exactly(true) }));
  const download = await post('/blobs/download', phoneToken, { hash: blob.hash }, object({ download_url: url }));
  deepStrictEqual(openBytes(oldKey, await api.get(download.download_url)), picture);

  title('Live: the phone hears of a push of the laptop');
  const before = await post('/pull', phoneToken, { device_id: phone.id, cursor: secondPull.cursor }, pulled);
  const stream = await api.subscribe(phoneToken, `?device_id=${phone.id}`);
  await stream.opened();
  const live = row('insert', 'task-004', '2026-03-13T10:20:00Z', { title: 'Feed the cat' });
  await post('/push', laptopToken, { device_id: laptop.id, batch_id: randomUUID(), changes: [live] }, pushed);
  deepStrictEqual(await stream.next('changed'), {});
  await stream.close();
  const heard = await post('/pull', phoneToken, { device_id: phone.id, cursor: before.cursor }, pulled);
  deepStrictEqual(heard.changes, [live]);

  title('A key rotation');
  const newKey = createKey();
  const newEnvelope = seal(createKey(), { master_key: newKey.toString('base64') });
  await post('/keys/rotate/begin', laptopToken, { new_encrypted_key: newEnvelope }, object({}));
  const entry = object({ seq: whole, data: someText });
  for (let cursor = null, hasMore = true; hasMore; ) {
    const request = { ...(cursor === null ? {} : { cursor }), limit: 4 };
    const page = await post(
      '/keys/rotate/entries',
      laptopToken,
      request,
      object({ entries: list(entry), cursor: someText, has_more: bool }),
    );
    const entries = page.entries.map(({ seq, data }) => ({ seq, data: seal(newKey, open(oldKey, data)) }));
    await post('/keys/rotate/batch', laptopToken, { entries }, object({}));
    cursor = page.cursor;
    hasMore = page.has_more;
  }
  await post('/keys/rotate/complete', laptopToken, undefined, object({ key_version: exactly(2) }));
  strictEqual((await get('/keys', phoneToken, key(2))).encrypted_key, newEnvelope);
  say('Every row is under the new key now, and still at its place.');
  const rotated = await post('/pull', phoneToken, { device_id: phone.id }, pulled);
  deepStrictEqual(
    rotated.changes.map(({ data }) => open(newKey, data)),
    [...changes, fromPhone, fromLaptop, live].map(({ data }) => open(oldKey, data)),
  );

  title('Removing a device');
  await api.call('DELETE', `/devices/${laptop.id}`, { token: phoneToken, status: 204, shape: nothing });
  strictEqual((await get('/devices', phoneToken, list(device))).length, 1);
  say('Whoever was logged in on it is logged out; what it wrote stays.');
  await get('/status', laptopToken, error('invalid_token'), 401);
  strictEqual((await get('/status', phoneToken, status)).total_changes, 6);
};

// Whoever reads only the beginning closes the pipe; the tour still ends its server and removes its folder.
process.stdout.on('error', () => {});

const folder = await mkdtemp(join(tmpdir(), 'synckeep-tour-'));
try {
  title('Starting the server');
  console.log('$ synckeep serve --port 0');
  const server = await serve(folder);
  console.log(`  listening on ${server.url}`);
  let code;
  try {
    await play(folder, server.url);
  } finally {
    code = await server.stop();
  }
  if (code !== 0) throw new Error(`The server should end with 0, but ended with ${code}.`);
  title('That was the whole protocol. The server has ended, and its folder is removed.');
} catch (error) {
  console.error(`\nThe tour failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
