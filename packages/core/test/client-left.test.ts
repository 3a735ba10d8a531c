import { describe, expect, it } from 'vitest';
import type { Call, Log, LogFields } from '../src/index.js';
import { openServer } from './opened-server.js';

const createRecorder = () => {
  const lines: { readonly level: string; readonly fields: LogFields }[] = [];
  const record = (level: string) => (fields: LogFields) => void lines.push({ level, fields });
  const log: Log = { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
  return { log, lines };
};

describe('a fault of the storage', () => {
  it.each([
    ['while the client waits', 'error', false],
    ['while the client has gone', 'warn', true],
  ])('%s is logged with its cause, as %s', async (_, level, isGone) => {
    const { log, lines } = createRecorder();
    const { server, storage } = await openServer(log);
    const gone = new AbortController();
    const fault = new Error('The disk is corrupt.');
    storage.changeLog.append = async () => {
      if (isGone) gone.abort();
      throw fault;
    };
    const headers = new Map([
      ['authorization', 'Bearer any'],
      ['content-type', 'application/json'],
    ]);
    const call: Call = {
      method: 'POST',
      path: '/push',
      query: '',
      header: (name) => headers.get(name),
      address: '',
      signal: gone.signal,
      body: {
        bytes: async () => new TextEncoder().encode(JSON.stringify({ device_id: 'any', changes: [] })),
        async *chunks() {},
      },
    };
    expect((await server.dispatch(call)).status).toBe(500);
    expect(lines.filter((line) => line.level === 'warn' || line.level === 'error')).toEqual([
      { level, fields: expect.objectContaining({ err: fault, code: 'internal', path: '/push' }) },
    ]);
    await server.close();
  });
});
