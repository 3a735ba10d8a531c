import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, join } from './api.js';
import { makeAccount, openProgram, type Program, type Serving } from './program.js';

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

type Joined = Awaited<ReturnType<typeof join>>;

const uploadBlob = async (server: Serving, { token }: Joined, bytes: Buffer): Promise<string> => {
  const body = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
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

const pullAll = async (server: Serving, { token, deviceId }: Joined): Promise<readonly string[]> => {
  const data: string[] = [];
  for (let cursor: unknown = null; ; ) {
    const { status, body } = await call(server, 'POST', '/pull', { token, body: { device_id: deviceId, cursor } });
    expect(status).toBe(200);
    data.push(...body.changes.map((change: { data: string }) => change.data));
    if (!body.has_more) return data;
    cursor = body.cursor;
  }
};

/** A server in use, with a blob of more than one part. */
const openInUse = async (name: string) => {
  const folder = program.makeFolder();
  const account = await makeAccount(program, folder, name);
  const server = await program.serve(folder, ['--rate-limit', 'off']);
  const laptop = await join(server, account, 'laptop');
  await laptop.push('one');
  await laptop.push('two');
  const blob = randomBytes(9 * 1024 * 1024);
  const hash = await uploadBlob(server, laptop, blob);
  const small = await uploadBlob(server, laptop, Buffer.from(`small ${randomUUID()}`));
  return { folder, account, server, laptop, blob, hash, small, place: joinPath(folder, '..', 'backups') };
};

const stop = async (server: Serving): Promise<void> => {
  server.signal('SIGTERM');
  await server.finished;
};

const refuse = async (folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
  const { code, stderr } = await program.run(folder, args, { env });
  expect({ args, code }).toEqual({ args, code: 1 });
  expect(stderr).toMatch(/^synckeep: [^\n]+\n$/);
  return stderr;
};

describe('a backup', () => {
  it('is restored elsewhere with every log and blob, and devices notice', async () => {
    const { folder, server, laptop, blob, hash, place } = await openInUse('whole');
    const report = await program.json<Record<string, unknown>>(folder, ['backup', place]);
    expect(report).toMatchObject({ database: 'sqlite', reason: null, blobs: 2, blobs_new: 2, lost_blobs: 0 });
    const before = await laptop.status();
    await stop(server);

    const target = program.makeFolder();
    expect(await program.json(target, ['restore', place])).toMatchObject({
      snapshot: report['snapshot'],
      logs: 1,
      blobs: 2,
      erased_users: 0,
      erased_apps: 0,
    });
    const restored = await program.serve(target, ['--rate-limit', 'off']);
    // The secret came along: the token is still good.
    const { body } = await call(restored, 'POST', '/pull', {
      token: laptop.token,
      body: { device_id: laptop.deviceId, cursor: before.body.latest_cursor },
    });
    expect(body).toMatchObject({ code: 'cursor_expired', details: { reason: 'restored' } });
    expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
    expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);
  });
});
