// What the processes of the fan-out benchmark share.
import { performance } from 'node:perf_hooks';
import { createSyncServer } from '@synckeep/core';
import { createMemoryBlobStore } from '@synckeep/core/memory';
import { createPostgresNotifier, createPostgresStorage } from '@synckeep/postgres';
import { openPostgres } from '@synckeep/postgres/open';

/** Milliseconds since 1970, the same for every process of this machine. */
export const now = () => performance.timeOrigin + performance.now();

/** The one line of JSON that a process is given on its standard input, which stays open. */
export const readJob = async () => {
  let text = '';
  for await (const part of process.stdin.iterator({ destroyOnReturn: false })) {
    text += part;
    if (text.includes('\n')) return JSON.parse(text);
  }
  throw new Error('There is no job.');
};

/** A token is the id of a user. */
export const openNode = (url, appId) => {
  const pool = openPostgres(url, { max: 10 });
  const storage = createPostgresStorage({ pool });
  const notifier = createPostgresNotifier({ pool });
  const toIdentity = (userId) => ({
    userId,
    appId,
    generation: 0,
    session: null,
    keyGeneration: null,
    issuedAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
  });
  const server = createSyncServer({
    storage,
    notifier,
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://127.0.0.1/api/sync' }),
    authenticator: { authenticate: async (token) => toIdentity(token), isCurrent: async () => true },
    login: null,
    rateLimiter: 'off',
  });
  const close = async () => {
    await server.close();
    await notifier.close();
    await pool.end();
  };
  return { server, storage, close };
};

export const toCall = (method, path, token, body, query = '') => {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const bytes = Buffer.from(body ? JSON.stringify(body) : '');
  return {
    method,
    path,
    query,
    header: (name) => headers[name],
    address: '127.0.0.1',
    body: {
      bytes: async () => bytes,
      async *chunks() {
        yield bytes;
      },
    },
    signal: new AbortController().signal,
  };
};

export const toPush = (deviceId) => ({
  device_id: deviceId,
  batch_id: crypto.randomUUID(),
  changes: [
    {
      table: 'tasks',
      op: 'update',
      row_id: 'task-1',
      timestamp: '2026-03-13T10:05:00.123456789Z',
      data: 'x'.repeat(256),
    },
  ],
});
