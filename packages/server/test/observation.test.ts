import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../src/refusal.js';
import type { RunningServer } from '../src/start-server.js';
import { call, join as joinDevice, subscribe } from './api.js';
import { administerHere, makeAccountHere, serveHere } from './here.js';

const folders: string[] = [];
const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-'));
  folders.push(folder);
  return folder;
};
const serve = async (...args: Parameters<typeof serveHere>): Promise<RunningServer> => {
  const server = await serveHere(...args);
  servers.push(server);
  return server;
};
const loopback = { host: '127.0.0.1', port: 0 };

describe('probes', () => {
  it('say that the process lives and that it is ready, without a rate limit [P-193]', async () => {
    const { url } = await serve({ dataDir: makeFolder() }, { rateLimit: 'on' });
    for (let i = 0; i < 200; i++) expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready?x=1`);
    expect(ready.status).toBe(200);
    expect(ready.headers.get('cache-control')).toBe('no-store');
    expect(await ready.json()).toEqual({
      status: 'ready',
      parts: { server: 'ok', storage: 'ok', migrations: 'ok', blobs: 'ok' },
    });
    const head = await fetch(`${url}/health/ready`, { method: 'HEAD' });
    expect({ status: head.status, text: await head.text() }).toEqual({ status: 200, text: '' });
    expect((await fetch(`${url}/health/ready`, { method: 'POST' })).status).toBe(405);
  });

  it('name the part that fails, say no more to strangers, and find back [P-193]', async () => {
    const dataDir = makeFolder();
    const { url } = await serve({ dataDir });
    const blobs = join(dataDir, 'blobs');
    renameSync(blobs, `${blobs}-away`);
    // In its place lies what no folder can be made below.
    writeFileSync(blobs, '');
    const read = async () => {
      const answer = await fetch(`${url}/health/ready`);
      return { status: answer.status, body: await answer.json() };
    };
    await expect.poll(read, { timeout: 5_000 }).toEqual({
      status: 503,
      body: { status: 'unavailable', parts: { server: 'ok', storage: 'ok', migrations: 'ok', blobs: 'failed' } },
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    rmSync(blobs);
    renameSync(`${blobs}-away`, blobs);
    await expect.poll(async () => (await read()).status, { timeout: 5_000 }).toBe(200);
  });

  it('say no to whoever still has a connection while the server stops [P-193]', async () => {
    const dataDir = makeFolder();
    const server = await serve({ dataDir });
    const account = await makeAccountHere({ dataDir });
    const { token } = await joinDevice(server, account, 'laptop');
    const stream = await subscribe(server, token);
    await stream.until('retry');
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.setEncoding('utf8');
    let heard = '';
    socket.on('data', (text: string) => {
      heard += text;
    });
    // A request under way keeps the connection; the next one on it is asked while the server stops.
    socket.write('POST /api/sync/limits HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n');
    await expect.poll(() => heard).toContain('HTTP/1.1');
    heard = '';
    const stopped = server.stop(2_000);
    await stream.untilEnd();
    socket.write('xGET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => heard, { timeout: 3_000 }).toMatch(/503 Service Unavailable.*"server":"stopping"/s);
    socket.destroy();
    await stopped;
  });
});

describe('the admin API of a server', () => {
  it('says what its parts are, what it holds and what was done, to a token with the scope [P-190] [P-191] [P-192]', async () => {
    const dataDir = makeFolder();
    const server = await serve({ dataDir });
    const account = await makeAccountHere({ dataDir });
    const device = await joinDevice(server, account, 'laptop');
    await device.push('x');
    const { text: token } = await administerHere({ dataDir }, (composition) =>
      composition.server.adminTokens.create({ name: 'reader', scopes: ['usage:read', 'server:read'] }),
    );
    const read = async (path: string, bearer = token) => {
      const answer = await fetch(`${server.url}/api/admin${path}`, { headers: { authorization: `Bearer ${bearer}` } });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    };
    expect((await read('/health')).body).toMatchObject({
      ...{ status: 'ok', node: hostname(), warnings: expect.any(Array) },
      storage: { kind: 'sqlite', status: 'ok', detail: null, migration: expect.any(Number) },
      blobs: { kind: 'folder', status: 'ok', detail: null },
      notifier: { kind: 'sqlite', status: 'unknown', lag_ms: null },
      disk: { free_bytes: expect.any(Number), total_bytes: expect.any(Number) },
    });
    const held = { apps: 1, users: 1, devices: 1, active_devices_24h: 1, changes: 1, data_bytes: 1 };
    expect((await read('/overview')).body).toMatchObject(held);
    const { points } = (await read(`/usage?app_id=${account.appId}`)).body;
    // An hour may begin between the push and the look.
    const counted = { pushes: 1, changes: 1, data_bytes: 1, active_devices: 1 };
    expect(points.slice(-2)).toContainEqual(expect.objectContaining(counted));
    for (const path of ['/health', '/overview', '/usage']) expect((await read(path, device.token)).status).toBe(401);
  });
});

describe('metrics', () => {
  it('are off unless they are asked for', async () => {
    const { url, metricsUrl } = await serve({ dataDir: makeFolder() });
    expect(metricsUrl).toBeNull();
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it('are scraped from an address of their own, with what clients did', async () => {
    const dataDir = makeFolder();
    const server = await serve({ dataDir }, { metrics: loopback });
    const { url, metricsUrl } = server;
    const account = await makeAccountHere({ dataDir });
    const device = await joinDevice(server, account, 'laptop');
    await device.push('x');
    await call(server, 'GET', '/status', { token: 'wrong' });
    const stream = await subscribe(server, device.token);
    await stream.until('retry');

    const scrape = await fetch(metricsUrl ?? '');
    expect(scrape.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await scrape.text();
    for (const line of [
      'synckeep_requests_total{operation="push",status="200",code="ok"} 1',
      'synckeep_requests_total{operation="status",status="401",code="invalid_token"} 1',
      'synckeep_pushed_changes_total 1',
      'synckeep_open_streams 1',
      'synckeep_storage_duration_seconds_count{port="changeLog",method="append"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    for (const secret of [account.appId, account.userId, account.email, device.deviceId]) {
      expect(text).not.toContain(secret);
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(metricsUrl?.replace('/metrics', '/') ?? '')).status).toBe(404);
    expect((await fetch(metricsUrl ?? '', { method: 'POST' })).status).toBe(405);
    await server.stop(0);
    await expect(fetch(metricsUrl ?? '')).rejects.toThrow();
  });

  it('say with one sentence that their port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const started = serve({ dataDir: makeFolder() }, { metrics: { host: '127.0.0.1', port } });
    await expect(started).rejects.toThrow(Refusal);
    await expect(started).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use. Stop the program that has it, or choose another port with SYNCKEEP_METRICS or --metrics.`,
    );
    other.close();
  });
});
