import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Authenticator, createSyncServer, observeStorage } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { createTracing } from '../src/index.js';

const openServer = async () => {
  const tracing = createTracing();
  const memory = createMemoryStorage();
  const storage = observeStorage(memory, tracing);
  let appId = '';
  const authenticator: Authenticator = {
    authenticate: async () => ({
      ...{ userId: '11111111-1111-4111-8111-111111111111', appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
    }),
    isCurrent: async () => true,
  };
  const server = createSyncServer({
    ...{ storage, authenticator, login: null, rateLimiter: 'off', observer: tracing },
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test/api/sync' }),
    notifier: createMemoryNotifier(),
  });
  appId = (await server.apps.create({ name: 'Notes' })).app.id;
  const handle = createFetchHandler(server);
  const call = (method: string, path: string) =>
    handle(new Request(`http://sync.test/api/sync${path}`, { method, headers: { authorization: 'Bearer any' } }));
  return { server, memory, call };
};

const startSdk = () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const span = (name: string): ReadableSpan => {
    const found = exporter.getFinishedSpans().find((each) => each.name === name);
    if (!found) throw new Error(`There is no span ${name}.`);
    return found;
  };
  return { exporter, span };
};

afterEach(() => {
  trace.disable();
  context.disable();
});

describe('traces', () => {
  it('have a span for each operation with a child for each call of the storage', async () => {
    const { span } = startSdk();
    const { server, call } = await openServer();
    const answer = await call('GET', '/status');
    const operation = span('synckeep.status');
    expect(operation.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/status',
      'http.response.status_code': 200,
      'synckeep.operation': 'status',
      'synckeep.request_id': answer.headers.get('x-request-id'),
    });
    expect(operation.status.code).toBe(SpanStatusCode.UNSET);
    const storage = span('synckeep.storage changeLog.status');
    expect(storage.parentSpanContext?.spanId).toBe(operation.spanContext().spanId);
    expect(storage.attributes).toEqual({ 'synckeep.storage.port': 'changeLog', 'synckeep.storage.method': 'status' });
    await server.close();
  });

  it('go on with the span that the host began', async () => {
    const { span } = startSdk();
    const { server, call } = await openServer();
    const host = trace.getTracer('host').startSpan('GET /api/sync/status');
    await context.with(trace.setSpan(context.active(), host), () => call('GET', '/status'));
    expect(span('synckeep.status').parentSpanContext?.spanId).toBe(host.spanContext().spanId);
    await server.close();
  });

  it('keep the spans of two requests at once apart', async () => {
    const { exporter } = startSdk();
    const { server, call } = await openServer();
    await Promise.all([call('GET', '/status'), call('GET', '/status')]);
    const spans = exporter.getFinishedSpans();
    const operations = spans.filter(({ name }) => name === 'synckeep.status').map((each) => each.spanContext().spanId);
    const parents = spans
      .filter(({ name }) => name === 'synckeep.storage changeLog.status')
      .map(({ parentSpanContext }) => parentSpanContext?.spanId);
    expect(parents.sort()).toEqual(operations.sort());
    await server.close();
  });

  it('call a refusal by its code and no error', async () => {
    const { span } = startSdk();
    const { server, call } = await openServer();
    await call('DELETE', '/devices/22222222-2222-4222-8222-222222222222');
    const { attributes, status } = span('synckeep.deleteDevice');
    expect(attributes).toMatchObject({ 'http.response.status_code': 404, 'synckeep.code': 'device_not_found' });
    expect(attributes).toMatchObject({ 'http.route': '/devices/{device_id}' });
    expect(status.code).toBe(SpanStatusCode.UNSET);
    await server.close();
  });

  it('call a fault an error, with what was thrown', async () => {
    const { span } = startSdk();
    const { server, memory, call } = await openServer();
    memory.changeLog.status = () => Promise.reject(new Error('The disk is corrupt.'));
    await call('GET', '/status');
    for (const name of ['synckeep.status', 'synckeep.storage changeLog.status']) {
      expect(span(name).status.code).toBe(SpanStatusCode.ERROR);
      expect(span(name).attributes).toMatchObject({ 'error.type': 'internal' });
      expect(span(name).events[0]?.attributes).toMatchObject({ 'exception.message': 'The disk is corrupt.' });
    }
    await server.close();
  });

  it('are nothing while the host has no SDK', async () => {
    const { server, call } = await openServer();
    expect((await call('GET', '/status')).status).toBe(200);
    const { exporter } = startSdk();
    expect(exporter.getFinishedSpans()).toEqual([]);
    await call('GET', '/status');
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toContain('synckeep.status');
    await server.close();
  });
});
