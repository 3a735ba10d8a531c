import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { isSyncError } from '@synckeep/protocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '../src/open.js';
import { createPostgresStorage } from '../src/storage.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { createScope, now, register } from './samples.js';

let database: RunningPostgres;
beforeAll(async () => {
  database = await startPostgres();
}, 60_000);
afterAll(() => database.stop());

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => value,
    (error: unknown) => {
      if (!isSyncError(error)) throw error;
      return error.code;
    },
  );

const newBatch = (deviceId: string, batchId: string | null) => ({
  ...{ deviceId, batchId, keyVersion: null, base: null, tag: 7, now, bytesLimit: null },
  changes: [{ table: 'tasks', op: 'insert' as const, rowId: 'r', timestamp: 't', data: 'd', blobs: null }],
});

/** A way to the database on which answers can be lost: the statement arrives and is carried out, and nobody hears of it. */
const openLossyWay = async () => {
  const pairs = new Map<Socket, Socket>();
  const server = createServer((near) => {
    const far = connectTcp(database.port, '127.0.0.1');
    pairs.set(near, far);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    near.on('close', () => pairs.delete(near));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const near of pairs.keys()) near.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    /** From here on no answer comes on the present connections; the function that it returns cuts them. */
    loseAnswers() {
      const present = [...pairs];
      for (const [near, far] of present) {
        far.unpipe(near);
        far.resume();
      }
      return () => {
        for (const [near, far] of present) {
          near.destroy();
          far.destroy();
        }
      };
    },
  };
};

describe('a connection that is lost after the commit and before its answer', () => {
  const lose = async (batchId: string | null) => {
    const schema = newSchema();
    const way = await openLossyWay();
    const direct = connect(database, schema).storage;
    const { storage, pool } = connect(database, schema, { connectionString: way.url, max: 1 });
    await direct.migrate();
    const scope = createScope();
    const deviceId = await register(direct, scope);
    await pool.query('SELECT 1');
    const cut = way.loseAnswers();
    const answer = codeOf(storage.changeLog.append(scope, newBatch(deviceId, batchId)));
    await expect.poll(async () => (await direct.changeLog.status(scope, now)).totalChanges).toBe(1);
    cut();
    return { answer: await answer, total: (await direct.changeLog.status(scope, now)).totalChanges };
  };

  it('is tried again with a batch id, which answers what was stored [P-33]', async () => {
    expect(await lose('one')).toMatchObject({ answer: { position: 1, accepted: 1, replayed: true }, total: 1 });
  });

  it('is `unavailable` without one: trying again could store it twice [P-33]', async () => {
    expect(await lose(null)).toEqual({ answer: 'unavailable', total: 1 });
  });
});

it('pushes that share a call whose answer is lost are each as if they had gone alone [P-33]', async () => {
  const schema = newSchema();
  const way = await openLossyWay();
  const direct = connect(database, schema).storage;
  const { storage, pool } = connect(database, schema, { connectionString: way.url, max: 1 });
  await direct.migrate();
  const scopes = [createScope(), createScope()];
  const devices = await Promise.all(scopes.map((scope) => register(direct, scope)));
  await pool.query('SELECT 1');
  const cut = way.loseAnswers();
  const answers = scopes.map((scope, index) =>
    codeOf(storage.changeLog.append(scope, newBatch(devices[index] ?? '', index === 0 ? 'one' : null))),
  );
  const totals = async () =>
    Promise.all(scopes.map(async (scope) => (await direct.changeLog.status(scope, now)).totalChanges));
  await expect.poll(totals).toEqual([1, 1]);
  cut();
  expect(await Promise.all(answers)).toEqual([expect.objectContaining({ position: 1, replayed: true }), 'unavailable']);
  expect(await totals()).toEqual([1, 1]);
});

describe('a database that does not answer', () => {
  const open = async () => {
    const schema = newSchema();
    const way = await openLossyWay();
    const direct = connect(database, schema).storage;
    await direct.migrate();
    const pool = openPostgres(way.url, { max: 1, answerTimeout: 2_000 });
    onTestFinished(() => pool.end());
    return { way, direct, pool, storage: createPostgresStorage({ pool, schema }) };
  };

  it('loses its connection, and a push with a batch id is answered over another one [P-33]', async () => {
    const { way, direct, pool, storage } = await open();
    const scope = createScope();
    const deviceId = await register(direct, scope);
    await pool.query('SELECT 1');
    way.loseAnswers();
    expect(await storage.changeLog.append(scope, newBatch(deviceId, 'one'))).toMatchObject({
      position: 1,
      replayed: true,
    });
    way.loseAnswers();
    expect(await codeOf(storage.changeLog.append(scope, newBatch(deviceId, null)))).toBe('unavailable');
  });

  it('is given all the time between two statements of a transaction, and no more for an answer afterwards', async () => {
    const { way, pool } = await open();
    const client = await pool.connect();
    await client.query('BEGIN');
    await once((client as unknown as { connection: { stream: Socket } }).connection.stream, 'timeout');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    way.loseAnswers();
    client.on('error', () => {});
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    client.release(true);
  });
});

describe('a database that is stopped', () => {
  it('is `unavailable` to every store, and all of them go on by themselves when it is back [P-4]', async () => {
    const own = await startPostgres();
    onTestFinished(() => own.stop());
    const { storage } = connect(own, newSchema());
    await storage.migrate();
    const scope = createScope();
    const deviceId = await register(storage, scope);
    const calls = {
      append: () => storage.changeLog.append(scope, newBatch(deviceId, crypto.randomUUID())),
      status: () => storage.changeLog.status(scope, now),
      devices: () => storage.deviceStore.list(scope),
      register: () => register(storage, scope),
      keys: () => storage.keyStore.get(scope),
      blobs: () => storage.blobIndex.missing(scope, ['ab'.repeat(32)]),
      records: () => storage.records.transact([], now),
      scopes: () => storage.scopes({ appId: null, userId: null }, null, 10),
      health: () => storage.health(),
    };
    for (const call of Object.values(calls)) await call();
    await own.kill();
    for (const [name, call] of Object.entries(calls))
      expect([name, await codeOf(call())]).toEqual([name, 'unavailable']);
    await own.start();
    for (const [name, call] of Object.entries(calls))
      expect([name, await codeOf(call())]).not.toEqual([name, 'unavailable']);
    expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(2);
  }, 60_000);
});

describe('a lock that is held for too long', () => {
  it('is `unavailable` after 10 s', async () => {
    const schema = newSchema();
    const { storage, pool } = connect(database, schema);
    await storage.migrate();
    const scope = createScope();
    const deviceId = await register(storage, scope);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ${schema}.scope FOR UPDATE`);
    expect(await codeOf(storage.changeLog.append(scope, newBatch(deviceId, 'one')))).toBe('unavailable');
    await holder.query('ROLLBACK');
    holder.release();
    await storage.changeLog.append(scope, newBatch(deviceId, 'one'));
  });
});
