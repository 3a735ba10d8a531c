import { createPostgresStorage } from '@synckeep/postgres';
import { Pool } from 'pg';
import { createHost, toCall } from './hosts.js';

/** A node that is killed after the commit of a push and before it tells anybody: `dying-child.mjs URL APP USER DEVICE`. */
const [url, appId = '', userId = '', deviceId] = process.argv.slice(2);
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
const storage = createPostgresStorage({ pool: new Pool({ connectionString: url }) });
const server = createHost(storage, { publish: die, subscribe: () => () => {}, close: async () => {} }, appId);
const change = { table: 'tasks', op: 'insert', row_id: 'untold', timestamp: '2026-03-13T10:05:00Z', data: 'x' };
await server.dispatch(toCall('POST', '/push', userId, { device_id: deviceId, batch_id: 'one', changes: [change] }));
