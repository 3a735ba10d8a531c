import { operationNames } from '@synckeep/protocol';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/index.js';
import { change, openStage, userId } from './stage.js';

describe('metrics', () => {
  it('count requests by operation, status and code, with their times', async () => {
    const { server, call, samples } = await openStage();
    await call('GET', '/status');
    await call('GET', '/status');
    await call('DELETE', '/devices/22222222-2222-4222-8222-222222222222');
    await call('GET', '/wp-login.php');
    await expect
      .poll(samples)
      .toEqual(
        expect.toSatisfy(
          (found: ReadonlyMap<string, number>) =>
            found.get('synckeep_requests_total{operation="status",status="200",code="ok"}') === 2 &&
            found.get('synckeep_requests_total{operation="deleteDevice",status="404",code="device_not_found"}') === 1 &&
            found.get('synckeep_requests_total{operation="unknown",status="404",code="not_found"}') === 1 &&
            found.get('synckeep_request_duration_seconds_count{operation="status"}') === 2,
        ),
      );
    await server.close();
  });

  it('count pushes, changes, streams and blobs', async () => {
    const { server, call, register, samples } = await openStage();
    const [writer, reader] = [await register(), await register()];
    const batch = { device_id: writer, batch_id: 'one', changes: [change('a'), change('b')] };
    await call('POST', '/push', batch);
    await call('POST', '/push', batch);
    await call('POST', '/pull', { device_id: reader });
    const stream = await call('GET', '/subscribe');
    const bytes = new TextEncoder().encode('hello');
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hash = Buffer.from(digest).toString('hex');
    const upload = { device_id: writer, hash, size_bytes: bytes.length };
    const { upload_url } = JSON.parse(await (await call('POST', '/blobs/upload', upload)).text());
    const { pathname, search } = new URL(upload_url);
    const { body } = new Request('http://sync.test', { method: 'PUT', body: bytes });
    await server.dispatch({
      ...{ method: 'PUT', path: pathname.replace('/api/sync', ''), query: search.slice(1), address: '' },
      header: (name) => (name === 'content-length' ? String(bytes.length) : undefined),
      body: {
        bytes: async () => bytes,
        chunks: async function* () {
          if (body) yield* body;
        },
      },
      signal: new AbortController().signal,
    });
    expect((await call('POST', '/blobs/confirm', { hash, size_bytes: bytes.length })).status).toBe(200);
    await call('POST', '/blobs/download', { hash });

    const found = await samples();
    expect(Object.fromEntries(found)).toMatchObject({
      'synckeep_pushes_total{result="new"}': 1,
      'synckeep_pushes_total{result="replayed"}': 1,
      synckeep_pushed_changes_total: 2,
      synckeep_pushed_bytes_total: JSON.stringify(batch).length,
      synckeep_pulled_changes_total: 2,
      synckeep_open_streams: 1,
      'synckeep_blobs_total{direction="upload"}': 1,
      'synckeep_blob_bytes_total{direction="download"}': 5,
    });
    server.endStreams();
    expect((await samples()).get('synckeep_open_streams')).toBe(0);
    await stream.body?.cancel();
    await server.close();
  });

  it('have the time of each call of an observed storage, and what failed', async () => {
    const { server, call, register, samples } = await openStage();
    await call('POST', '/push', { device_id: await register(), changes: [change('a')] });
    await call('POST', '/push', { device_id: 'nobody', changes: [] });
    const found = Object.fromEntries(await samples());
    expect(found).toMatchObject({
      'synckeep_storage_duration_seconds_count{port="changeLog",method="append"}': 2,
      'synckeep_storage_errors_total{port="changeLog",method="append",code="unknown_device"}': 1,
    });
    await server.close();
  });

  it('have rounds of maintenance, and when the last one succeeded', async () => {
    const { server, samples } = await openStage();
    const before = Date.now() / 1000;
    await server.maintain();
    const found = await samples();
    expect(found.get('synckeep_maintenance_duration_seconds_count{result="done"}')).toBe(1);
    expect(found.get('synckeep_maintenance_last_success_timestamp_seconds')).toBeGreaterThanOrEqual(before);
    await server.close();
  });

  it('read pools when they are asked for', async () => {
    const { metrics, server, samples } = await openStage();
    const pool = { totalCount: 3, idleCount: 1, waitingCount: 0 };
    metrics.addPool('postgres', pool);
    pool.waitingCount = 4;
    expect(Object.fromEntries(await samples())).toMatchObject({
      'synckeep_pool_connections{pool="postgres",state="busy"}': 2,
      'synckeep_pool_connections{pool="postgres",state="idle"}': 1,
      'synckeep_pool_waiting{pool="postgres"}': 4,
    });
    await server.close();
  });

  it('name no user, app or device, and no path that a caller made up', async () => {
    const { metrics, server, call, register, appId } = await openStage();
    const deviceId = await register();
    await call('POST', '/push', { device_id: deviceId, changes: [change('a')] });
    await call('DELETE', `/devices/${deviceId}`);
    await call('GET', '/secret-path');
    const text = await metrics.text();
    for (const secret of [userId, appId, deviceId, 'secret-path']) expect(text).not.toContain(secret);
    const operations = new Set([...text.matchAll(/operation="([^"]*)"/g)].map(([, name]) => name));
    expect([...operations].filter((name) => !operationNames.some((known) => known === name))).toEqual(['unknown']);
    await server.close();
  });

  it('stand beside those of the host in a registry of the host', async () => {
    const registry = new Registry();
    const { text, contentType } = createMetrics({ registry });
    expect(await text()).toMatch(/^process_cpu_seconds_total/m);
    expect(await registry.metrics()).toMatch(/^synckeep_build_info\{version="[0-9.]+"\} 1$/m);
    expect(contentType).toContain('text/plain');
  });
});
