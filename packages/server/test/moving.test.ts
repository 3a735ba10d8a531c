import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, join } from './api.js';
import { makeAccount, openProgram, type Program, type Serving } from './program.js';
import { sealing } from './sealing.js';

const { createKey, seal, open, sealBytes, openBytes, sha256 } = sealing;

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

type Joined = Awaited<ReturnType<typeof join>>;

const rowOf = (key: Buffer, rowId: string, content: unknown) => ({
  ...{ table: 'notes', op: 'insert', row_id: rowId, timestamp: '2026-03-13T10:05:00.000000001Z' },
  data: seal(key, content),
});

const push = (server: Serving, { token, deviceId }: Joined, rows: readonly object[], batchId: string = randomUUID()) =>
  call(server, 'POST', '/push', { token, body: { device_id: deviceId, batch_id: batchId, changes: rows } });

const pull = (server: Serving, { token, deviceId }: Joined, cursor: unknown = null) =>
  call(server, 'POST', '/pull', { token, body: { device_id: deviceId, cursor } });

const uploadBlob = async (server: Serving, { token }: Joined, bytes: Buffer): Promise<string> => {
  const body = { hash: sha256(bytes), size_bytes: bytes.length };
  const { body: reserved } = await call(server, 'POST', '/blobs/upload', { token, body });
  expect((await fetch(reserved.upload_url, { method: 'PUT', body: Uint8Array.from(bytes) })).status).toBe(200);
  expect((await call(server, 'POST', '/blobs/confirm', { token, body })).status).toBe(200);
  return body.hash;
};

const downloadBlob = async (server: Serving, { token }: Joined, hash: string): Promise<Buffer> => {
  const { status, body } = await call(server, 'POST', '/blobs/download', { token, body: { hash } });
  expect(status).toBe(200);
  return Buffer.from(await (await fetch(body.download_url)).arrayBuffer());
};

/** A server with an account in use: two devices, sealed rows, a running rotation, a sealed blob. */
const openInUse = async (name: string) => {
  const folder = program.makeFolder();
  const account = await makeAccount(program, folder, name);
  const server = await program.serve(folder, ['--rate-limit', 'off']);
  const [oldKey, newKey] = [createKey(), createKey()];
  const [laptop, phone] = [await join(server, account, 'laptop'), await join(server, account, 'phone')];
  const { token } = laptop;
  await call(server, 'PUT', '/keys', { token, body: { encrypted_key: 'the old envelope' } });
  const batchId = randomUUID();
  const rows = [rowOf(oldKey, '1', { title: 'Buy milk' }), rowOf(oldKey, '2', { title: 'Call Bob' })];
  const pushed = await push(server, laptop, rows, batchId);
  const { body: pulled } = await pull(server, phone);
  const blob = sealBytes(oldKey, Buffer.alloc(250_000, 'a photograph '));
  const hash = await uploadBlob(server, laptop, blob);
  await call(server, 'POST', '/keys/rotate/begin', { token, body: { new_encrypted_key: 'the new envelope' } });
  const entries = [{ seq: 1, data: seal(newKey, { title: 'Buy milk' }) }];
  await call(server, 'POST', '/keys/rotate/batch', { token, body: { entries } });
  return { folder, account, server, oldKey, newKey, laptop, phone, batchId, rows, pushed, pulled, blob, hash };
};

const exportTo = async (folder: string, args: readonly string[] = []): Promise<string> => {
  const { code, stdout, stderr } = await program.run(folder, ['export', ...args]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Exported 1 log, 2 changes, 1 blob \(250,028 bytes\), \d+ records?\.\n$/),
  });
  return stdout;
};

const refuse = async (folder: string, args: readonly string[], input = ''): Promise<string> => {
  const { code, stdout, stderr } = await program.run(folder, args, { input });
  expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
  expect(stderr).not.toContain('    at ');
  return stderr;
};

describe('a whole server', () => {
  it('goes on in another folder, with its secret as if nothing had happened', async () => {
    const { folder, server, oldKey, newKey, laptop, phone, batchId, rows, pushed, pulled, blob, hash } =
      await openInUse('whole');
    const stream = await exportTo(folder);
    const target = program.makeFolder();
    const report = await program.json<Record<string, number>>(target, ['import'], stream);
    const records = stream.split('\n').filter((line) => line.startsWith('{"type":"record"')).length;
    expect(records).toBeGreaterThanOrEqual(5);
    expect(report).toEqual({ logs: 1, changes: 2, blobs: 1, blob_bytes: blob.length, records, logs_here: 0 });
    copyFileSync(joinPath(folder, 'secret'), joinPath(target, 'secret'));
    server.signal('SIGTERM');
    await server.finished;

    const moved = await program.serve(target, ['--rate-limit', 'off']);
    expect((await phone.status(moved)).body).toMatchObject({ total_changes: 2, latest_cursor: pushed.body.cursor });
    expect((await push(moved, laptop, rows, batchId)).body).toMatchObject({
      cursor: pushed.body.cursor,
      replayed: true,
    });
    expect((await push(moved, laptop, [rowOf(newKey, '3', 'new')])).body).toMatchObject({ accepted: 1 });
    const { body: next } = await pull(moved, phone, pulled.cursor);
    expect(next.changes.map((change: { data: string }) => open(newKey, change.data))).toEqual(['new']);
    expect(openBytes(oldKey, await downloadBlob(moved, phone, hash)).toString()).toMatch(/^a photograph a photograph /);

    const { token } = phone;
    const entries = [2, 3].map((seq) => ({ seq, data: seal(newKey, `rotated ${seq}`) }));
    await call(moved, 'POST', '/keys/rotate/batch', { token, body: { entries } });
    expect((await call(moved, 'POST', '/keys/rotate/complete', { token })).body).toEqual({
      key_version: 2,
      unreadable: 0,
    });
  });

  it('is not exported to nobody: a reader that leaves early makes the export fail', async () => {
    const { folder } = await openInUse('leaving');
    const script = '"$0" "$1" export --data-dir "$2" | true; echo "$PIPESTATUS"';
    const output = execFileSync('bash', ['-c', script, process.execPath, program.path, folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(output.trim()).toBe('1');
  });
});

describe('one account', () => {
  it('moves under another one on a server in use, and is decrypted there with the same key', async () => {
    const { folder, account, oldKey, newKey, blob, hash, pulled } = await openInUse('alice');
    const target = await openInUse('elsewhere');
    const bob = await makeAccount(program, target.folder, 'bob');
    const stream = await exportTo(folder, ['--app', account.appId, '--user', account.email]);
    const input = ['import', '--app', bob.appId, '--user', bob.email];
    expect(await program.json(target.folder, input, stream)).toMatchObject({
      logs: 1,
      changes: 2,
      blobs: 1,
      records: 0,
    });

    const device = await join(target.server, bob, 'desktop');
    expect((await pull(target.server, device, pulled.cursor)).body).toMatchObject({
      code: 'cursor_expired',
      details: { reason: 'restored' },
    });
    const { body } = await pull(target.server, device);
    const [first, second] = body.changes;
    expect(open(newKey, first.data)).toEqual({ title: 'Buy milk' });
    expect(open(oldKey, second.data)).toEqual({ title: 'Call Bob' });
    expect((await downloadBlob(target.server, device, hash)).equals(blob)).toBe(true);
    const { body: keys } = await call(target.server, 'GET', '/keys', { token: device.token });
    expect(keys).toMatchObject({ encrypted_key: 'the old envelope', new_encrypted_key: 'the new envelope' });
    const { body: aborted } = await call(target.server, 'POST', '/keys/rotate/abort', { token: device.token });
    expect(aborted).toEqual({ key_version: 1 });
    const { body: back } = await pull(target.server, device);
    expect(open(oldKey, back.changes[0].data)).toEqual({ title: 'Buy milk' });
    expect((await target.phone.status(target.server)).body).toMatchObject({ total_changes: 2 });
  });

  it('comes back as it was at a cursor or a time, under another account', async () => {
    const folder = program.makeFolder();
    const account = await makeAccount(program, folder, 'undo');
    const server = await program.serve(folder, ['--rate-limit', 'off']);
    const laptop = await join(server, account, 'laptop');
    const key = createKey();
    const rows = [rowOf(key, '1', 'first'), rowOf(key, '2', 'second')];
    const { cursor, server_time: time } = (await push(server, laptop, rows)).body;
    const gone = rows.map((row) => ({ ...row, op: 'delete', data: seal(key, 'gone') }));
    await expect
      .poll(async () => (await call(server, 'GET', '/status', { token: laptop.token })).body.server_time)
      .not.toBe(time);
    await push(server, laptop, gone);
    const named = ['--app', account.appId, '--user', account.email];
    for (const until of [cursor, time]) {
      const bob = await makeAccount(program, folder, `bob-${until === time ? 'time' : 'cursor'}`);
      const { stdout: stream } = await program.run(folder, ['export', ...named, '--until', until]);
      await program.json(folder, ['import', '--app', bob.appId, '--user', bob.email], stream);
      const { body } = await pull(server, await join(server, bob, 'laptop'));
      expect(body.changes.map(({ data }: { data: string }) => open(key, data))).toEqual(['first', 'second']);
    }
    expect(await refuse(folder, ['export', ...named, '--until', 'yesterday'])).toMatch(/must be a cursor/);
    expect(await refuse(folder, ['export', '--until', cursor])).toMatch(/give --user and --app/);
    expect(await refuse(folder, ['export', ...named, '--until', '2001-01-01'])).toMatch(/Nothing of this log is known/);
  });

  it('is refused in one sentence where it cannot come, and leaves nothing', async () => {
    const { folder, account } = await openInUse('refused');
    const stream = await exportTo(folder, ['--user', account.email]);
    const target = program.makeFolder();
    expect(await refuse(target, ['import'], stream)).toMatch(/There is no app/);
    expect(await refuse(target, ['import'], stream.slice(0, -200))).toMatch(/There is no app|cut off/);
    expect(await refuse(target, ['import'], 'hello\n')).toMatch(/line 1 is not JSON|no export of Synckeep/);
    expect(await refuse(target, ['import', '--app', 'Nothing'], stream)).toMatch(/There is no app "Nothing"/);
    expect(await refuse(folder, ['import'], stream)).toMatch(/has something here already/);
    expect(await refuse(folder, ['export', '--app', 'Nothing'])).toMatch(/There is no app "Nothing"/);

    const app = await exportTo(folder, ['--app', account.appId]);
    expect(await refuse(target, ['import'], app.slice(0, -200))).toMatch(/cut off/);
    expect(await refuse(target, ['import'], app.replace('"op":"insert"', '"op":"update"'))).toMatch(
      /was changed on its way/,
    );
    expect(await program.json(target, ['app', 'list'])).toEqual([]);
    expect(await program.json(target, ['import'], app)).toMatchObject({ logs: 1, records: 2 });
    expect(await refuse(target, ['import'], app)).toMatch(/here already/);
    expect(await program.json(target, ['user', 'list'])).toMatchObject([{ email: account.email }]);
  });
});

describe('an import that was killed', () => {
  it('is given up on demand, or repeated', async () => {
    const { folder, account } = await openInUse('killed');
    const stream = await exportTo(folder, ['--app', account.appId]);
    const target = program.makeFolder();
    const lines = stream.split('\n');
    const file = joinPath(folder, 'export.ndjson');
    writeFileSync(file, stream);
    // Everything but the end, through a pipe that stays open: killed while it waits.
    const child = spawn(process.execPath, [program.path, 'import', '--data-dir', target], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.on('error', () => {});
    child.stdin.write(`${lines.slice(0, -2).join('\n')}\n`);
    const countHeld = (): unknown => {
      const database = new Sqlite(joinPath(target, 'synckeep.db'), { readonly: true });
      try {
        return database.prepare('SELECT count(*) FROM sync_scope WHERE held = 1').pluck().get();
      } finally {
        database.close();
      }
    };
    await expect.poll(countHeld, { timeout: 20_000, interval: 100 }).toBe(1);
    const other = await exportTo(folder, ['--app', account.appId]);
    expect(await refuse(target, ['import'], other)).toMatch(/part of another import/);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await program.json(target, ['import', '--abandon'])).toEqual({ abandoned: 1 });
    expect(await program.json(target, ['import', '--abandon'])).toEqual({ abandoned: 0 });
    expect(await program.json(target, ['import'], readFileSync(file, 'utf8'))).toMatchObject({ logs: 1 });
  });
});

describe('blob stores', () => {
  it('change without a moment in which a blob cannot be had', async () => {
    const { folder, server, oldKey, laptop, blob, hash } = await openInUse('stores');
    const old = joinPath(folder, '..', 'old-blobs');
    server.signal('SIGTERM');
    await server.finished;
    renameSync(joinPath(folder, 'blobs'), old);
    const env = { SYNCKEEP_BLOBS_FALLBACK_URL: old, SYNCKEEP_RATE_LIMIT: 'off' };

    const between = await program.serve(folder, [], env);
    expect((await downloadBlob(between, laptop, hash)).equals(blob)).toBe(true);
    const newer = sealBytes(oldKey, Buffer.from('uploaded meanwhile'));
    await uploadBlob(between, laptop, newer);
    const copied = await program.run(folder, ['blobs', 'copy', '--json'], { env });
    expect(JSON.parse(copied.stdout)).toEqual({ copied: 1, copied_bytes: blob.length, present: 0, gone: 0, failed: 0 });
    const again = await program.run(folder, ['blobs', 'copy'], { env });
    expect(again).toMatchObject({
      code: 0,
      stdout: '0 copied (0 bytes), 1 there already, 0 removed meanwhile, 0 failed.\n',
    });
    between.signal('SIGTERM');
    await between.finished;

    rmSync(old, { recursive: true });
    const after = await program.serve(folder, ['--rate-limit', 'off']);
    expect((await downloadBlob(after, laptop, hash)).equals(blob)).toBe(true);
    expect((await downloadBlob(after, laptop, sha256(newer))).equals(newer)).toBe(true);
  });

  it('are copied as far as they can be, and what cannot is named', async () => {
    const { folder, hash } = await openInUse('damaged');
    const [source, target] = [joinPath(folder, 'blobs'), joinPath(folder, '..', 'copied')];
    expect(await refuse(folder, ['blobs', 'copy'])).toMatch(/Name the place to copy from/);
    expect(await refuse(folder, ['blobs', 'copy', '--from', '/nowhere/at/all', '--to', target])).toMatch(/no folder/);
    const said = await refuse(folder, ['blobs', 'copy', '--from', 'ftp://user:hunter2@host/blobs', '--to', target]);
    expect(said).toMatch(/--from must be a folder/);
    expect(said).not.toContain('hunter2');
    const damaged = joinPath(folder, '..', 'damaged');
    cpSync(source, damaged, { recursive: true });
    const [path = ''] = execFileSync('find', [damaged, '-type', 'f', '-path', `*objects*`], { encoding: 'utf8' }).split(
      '\n',
    );
    const bytes = readFileSync(path);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { code, stderr, stdout } = await program.run(folder, ['blobs', 'copy', '--from', damaged, '--to', target]);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/0 copied .* 1 failed/) });
    expect(stderr).toMatch(new RegExp(`${hash}-[0-9a-f]{32}: .*it is damaged`));
    expect(await program.run(folder, ['blobs', 'copy', '--from', `file://${source}`, '--to', target])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 copied/),
    });
  });
});
