import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { expect } from 'vitest';
import type { Parts } from '../src/open-parts.js';
import type { RunningServer } from '../src/start-server.js';
import { call, join } from './api.js';
import { makeAccountHere, serveHere } from './here.js';
import type { Serving } from './program.js';

export type Joined = Awaited<ReturnType<typeof join>>;
type Server = Pick<Serving, 'url'>;

export const uploadBlob = async (server: Server, { token }: Pick<Joined, 'token'>, bytes: Buffer): Promise<string> => {
  const body = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
  const { body: reserved } = await call(server, 'POST', '/blobs/upload', { token, body });
  expect((await fetch(reserved.upload_url, { method: 'PUT', body: Uint8Array.from(bytes) })).status).toBe(200);
  expect((await call(server, 'POST', '/blobs/confirm', { token, body })).status).toBe(200);
  return body.hash;
};

export const downloadBlob = async (server: Server, { token }: Pick<Joined, 'token'>, hash: string): Promise<Buffer> => {
  const { status, body } = await call(server, 'POST', '/blobs/download', { token, body: { hash } });
  expect(status).toBe(200);
  return Buffer.from(await (await fetch(body.download_url)).arrayBuffer());
};

/** The data of a whole log. */
export const pullAll = async (server: Server, { token, deviceId }: Joined): Promise<readonly string[]> => {
  const data: string[] = [];
  for (let cursor: unknown = null; ; ) {
    const { status, body } = await call(server, 'POST', '/pull', { token, body: { device_id: deviceId, cursor } });
    expect(status).toBe(200);
    data.push(...body.changes.map((change: { data: string }) => change.data));
    if (!body.has_more) return data;
    cursor = body.cursor;
  }
};

/** Servers in this process, each in use: two changes, a small blob, and one that a backup keeps in two parts. */
export const createInUse = () => {
  const folders: string[] = [];
  const running: RunningServer[] = [];
  const makeFolder = (): string => {
    const folder = mkdtempSync(joinPath(tmpdir(), 'synckeep-'));
    folders.push(folder);
    return joinPath(folder, 'data');
  };
  const serve = async (dataDir: string, parts: Partial<Parts> = {}): Promise<RunningServer> => {
    const server = await serveHere({ dataDir, ...parts });
    running.push(server);
    return server;
  };
  return {
    makeFolder,
    serve,

    async open(parts: Partial<Parts> = {}) {
      const folder = makeFolder();
      const account = await makeAccountHere({ dataDir: folder, ...parts });
      const server = await serve(folder, parts);
      const laptop = await join(server, account, 'laptop');
      await laptop.push('one');
      await laptop.push('two');
      const blob = randomBytes(9 * 1024 * 1024);
      const hash = await uploadBlob(server, laptop, blob);
      const small = await uploadBlob(server, laptop, Buffer.from(`small ${randomUUID()}`));
      return { folder, account, server, laptop, blob, hash, small, place: joinPath(folder, '..', 'backups') };
    },

    async close(): Promise<void> {
      for (const server of running.splice(0)) await server.stop(0);
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
};
