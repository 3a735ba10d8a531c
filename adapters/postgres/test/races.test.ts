import type { Scope, Storage } from '@synckeep/core';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { append, createScope, now, put, register } from './samples.js';

let postgres: RunningPostgres;
/** Of the test itself. */
let pool: Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = postgres.pool();
}, 60_000);
afterAll(() => postgres.stop());

/** Also what PostgreSQL calls the connections of both storages. */
let schema: string;
let a: ReturnType<typeof connect>;
let b: ReturnType<typeof connect>;
beforeEach(async () => {
  schema = newSchema();
  a = connect(postgres, schema, { application_name: schema });
  b = connect(postgres, schema, { application_name: schema });
  await a.storage.migrate();
});
afterEach(async () => {
  await Promise.all([a, b].map(({ pool }) => pool.end()));
  // A deadlock is undone and tried again, so nobody else would notice. Connections count theirs when they end.
  const connections = 'SELECT count(*)::int FROM pg_stat_activity WHERE application_name = $1';
  await expect.poll(async () => (await pool.query(connections, [schema])).rows[0].count).toBe(0);
  const { rows } = await pool.query('SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database');
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

/** Resolves when so many connections wait for a lock of this kind, as PostgreSQL's views call it. */
const waiting = (lock: 'advisory' | 'transactionid' | 'tuple', count = 1): Promise<void> =>
  expect
    .poll(
      async () => {
        const waiters = 'SELECT count(*)::int FROM pg_stat_activity WHERE application_name = $1 AND wait_event = $2';
        return (await pool.query(waiters, [schema, lock])).rows[0].count;
      },
      { timeout: 5_000 },
    )
    .toBe(count);

/** Runs `during` while a transaction of its own holds what `statement` locks; then nothing of it is left. */
const whileHeld = async <T>(statement: string, values: unknown[], during: () => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  await client.query('BEGIN');
  try {
    await client.query(statement, values);
    return await during();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
};

/** Counts what is in a table. */
const countOf = async (table: string): Promise<number> => {
  const { rows } = await pool.query(`SELECT count(*)::int FROM ${schema}.${table}`);
  return rows[0].count;
};

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe('a registration and the deletion of its app', () => {
  const guard = { kind: 'app', key: 'a', condition: 'present' } as const;
  const deleteApp = (storage: Storage) =>
    storage.records.transact([{ write: 'delete', kind: 'app', key: 'a', condition: 'any' }], now);
  const scopesOf = ({ appId }: Scope) => b.storage.scopes({ appId, userId: null }, null, 10);

  beforeEach(async () => {
    await a.storage.records.transact([put('app', 'a')], now);
  });

  it('the deletion waits for a registration that saw the app, and then finds its scope [P-92]', async () => {
    const scope = createScope();
    const insert = `INSERT INTO ${schema}.scope (scope, app_id, user_id, epoch) VALUES ($1, $2, $3, 'e')`;
    const [registered, deleted] = await whileHeld(insert, [toScopeId(scope), scope.appId, scope.userId], async () => {
      const registering = register(a.storage, scope, [guard]);
      await waiting('transactionid');
      const deleting = deleteApp(b.storage);
      await waiting('advisory');
      return [registering, deleting];
    });
    expect(await deleted).toEqual({ done: true });
    expect(await scopesOf(scope)).toEqual([scope]);
    await registered;
    await expect(register(a.storage, createScope(), [guard])).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('a registration that comes during the deletion is refused, and leaves no scope [P-92]', async () => {
    const scope = createScope();
    const lock = `SELECT FROM ${schema}.record WHERE kind = 'app' FOR UPDATE`;
    const [deleted, registered] = await whileHeld(lock, [], async () => {
      const deleting = deleteApp(b.storage);
      await waiting('transactionid');
      const registering = register(a.storage, scope, [guard]);
      registering.catch(() => {});
      await waiting('advisory');
      return [deleting, registering];
    });
    expect(await deleted).toEqual({ done: true });
    await expect(registered).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await scopesOf(scope)).toEqual([]);
  });
});

describe('a registration that starts a device over', () => {
  it('is not undone by a page that was read before it [P-48]', async () => {
    const scope = createScope();
    const device = await register(a.storage, scope, [], { name: 'named' });
    await append(a.storage, scope, device, 2);
    const after = { ...(await a.storage.changeLog.status(scope, now)).head, own: 2 };
    const page = {
      deviceId: device,
      after,
      includeOwn: false,
      limit: 500,
      maxBytes: 1 << 20,
      maxScan: 500,
      isPresented: true,
      now,
    };
    const lock = `SELECT FROM ${schema}.device WHERE scope = $1 FOR UPDATE`;
    const [registered, read] = await whileHeld(lock, [toScopeId(scope)], async () => {
      const registering = register(a.storage, scope, [], { name: 'named', now: now + 1 });
      await waiting('transactionid');
      const reading = b.storage.changeLog.read(scope, page);
      await waiting('tuple');
      return [registering, reading];
    });
    expect(await registered).toBe(device);
    expect(await read).toMatchObject({ changes: [], hasMore: false });
    expect(await a.storage.deviceStore.get(scope, device)).toMatchObject({ presented: 0 });
    await b.storage.changeLog.read(scope, page);
    expect(await a.storage.deviceStore.get(scope, device)).toMatchObject({ presented: 2 });
  });
});

describe('transactions of records', () => {
  it('that lock the same records in another order never deadlock', async () => {
    const unique = { unique: { slug: 's' } };
    for (const round of times(100, String)) {
      const [x, y] = [put(round, 'x'), put(round, 'y')];
      const check = { ...x, write: 'check', condition: 'any' } as const;
      const answers = await Promise.all([
        a.storage.records.transact([x, y, { ...check, key: 'z', condition: 'absent' }], now),
        b.storage.records.transact([y, x], now),
        a.storage.records.transact([put(round, 'z', unique), put(round, 'x')], now),
        b.storage.records.transact([{ ...check, key: 'y', condition: 'absent' }, put(round, 'w', unique)], now),
        register(
          b.storage,
          createScope(),
          [y, x].map((guard) => ({ ...guard, condition: 'any' as const })),
        ),
      ]);
      expect(answers.slice(1, 2)).toEqual([{ done: true }]);
      expect(await b.storage.records.find(round, 'slug', 's', { after: null, limit: 10 })).toHaveLength(1);
    }
  });

  it('that take over a unique value while its expired record is renewed or swept leave both as they should be', async () => {
    const { records } = a.storage;
    for (const kind of times(50, String)) {
      await records.transact([put(kind, 'old', { expiresAt: now - 1, unique: { slug: 's' } })], now - 2);
      await Promise.all([
        records.transact([put(kind, 'new', { unique: { slug: 's' } })], now),
        b.storage.records.transact([put(kind, 'old', { unique: { slug: 't' } })], now),
        b.storage.records.sweep(now, 100),
      ]);
      expect(await records.find(kind, 'slug', 's', { after: null, limit: 10 })).toMatchObject([{ key: 'new' }]);
      expect(await records.find(kind, 'slug', 't', { after: null, limit: 10 })).toMatchObject([{ key: 'old' }]);
    }
    expect(await countOf('record')).toBe(100);
    expect(await countOf('record_index')).toBe(100);
  });
});

describe('two nodes at once', () => {
  const until = async (isDone: () => Promise<boolean>): Promise<void> => {
    for (let step = 0; step < 1_000; step++) if (await isDone()) return;
    throw new Error('It does not end.');
  };
  const isForgotten = async ({ keyStore }: Storage) => (await keyStore.forgetHistory(now, 60)) === 0;

  it('forget what resets left while they erase, and leave nothing', async () => {
    const scopes = times(4, createScope);
    for (const scope of scopes) {
      const device = await register(a.storage, scope);
      for (const epoch of ['a', 'b']) {
        await append(a.storage, scope, device, 300);
        await a.storage.changeLog.reset(scope, epoch, now);
      }
    }
    const nodes = [a.storage, b.storage];
    await Promise.all([
      ...nodes.map((node) => until(() => isForgotten(node))),
      ...nodes.flatMap((node) => scopes.slice(1).map((scope) => until(() => node.erase(scope, 50)))),
    ]);
    for (const node of nodes) await until(() => isForgotten(node));
    for (const table of ['change', 'replaced', 'batch', 'dropped_log']) expect(await countOf(table)).toBe(0);
    for (const table of ['scope', 'device']) expect(await countOf(table)).toBe(1);
  });

  it('bring, publish, give up and erase the same scopes beside first registrations, and show each whole or not at all', async () => {
    const log = { epoch: 'e', position: 3, tag: 7, floor: 0 };
    const keys = { key: null, rotation: null, history: [], lastKeyVersion: 0, keyRevision: 0, wasRotated: false };
    const changes = [1, 2, 3].map((position) => ({
      ...({
        position,
        tag: 7,
        deviceId: 'd',
        table: 't',
        op: 'insert',
        rowId: 'r',
        timestamp: 't',
        data: 'data',
      } as const),
      ...{ blobs: null, keyVersion: 1, replaced: null, isUnreadable: false },
    }));
    const seen = { brought: 0, registered: 0 };
    for (const importId of times(15, String)) {
      const scopes = times(4, createScope);
      const bring = async ({ transfer }: Storage, scope: Scope): Promise<void> => {
        const by = { id: importId, run: crypto.randomUUID() };
        if ((await transfer.begin(scope, by, { log, compacted: 0, ...keys, devices: [] })) !== 'begun') return;
        for (const change of changes) if (!(await transfer.write(scope, by, 'change', [change]))) return;
        await transfer.seal(scope, by);
      };
      const nodes = [a.storage, b.storage];
      const outcomes = await Promise.allSettled([
        ...scopes.flatMap((scope) => nodes.map((node) => bring(node, scope))),
        ...scopes.map((scope) => register(b.storage, scope)),
        ...nodes.map(({ transfer }) => transfer.abandon(importId, null, 2)),
        ...nodes.map(({ transfer }) => transfer.publish(importId, 3)),
        ...scopes.slice(3).map((scope) => a.storage.erase(scope, 2)),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(['unavailable', 'invalid_token']).toContain(outcome.reason.code);
      }
      await Promise.all(nodes.map(({ transfer }) => until(() => transfer.publish(importId, 3))));
      await Promise.all(nodes.map(({ transfer }) => until(() => transfer.abandon(importId, null, 2))));
      for (const scope of scopes) {
        const found = await a.storage.transfer.head(scope);
        if (!found) continue;
        const { totalChanges } = await b.storage.changeLog.status(scope, now);
        const isRegistered = found.devices.length > 0 && found.log.epoch !== log.epoch;
        expect(totalChanges).toBe(isRegistered ? 0 : 3);
        seen[isRegistered ? 'registered' : 'brought']++;
      }
    }
    expect(seen.brought).toBeGreaterThan(0);
    expect(seen.registered).toBeGreaterThan(0);
  });

  it('confirm uploads that are swept: each object is either confirmed or discarded', async () => {
    const scope = createScope();
    await register(a.storage, scope);
    const { blobIndex } = a.storage;
    const uploads = times(40, (index) => ({ hash: `${index}`.padStart(64, '0'), objectKey: `object-${index}` }));
    const limitless = { sizeBytes: 1, now, expiresAt: now + 1, bytesLimit: null };
    for (const upload of uploads) await blobIndex.reserve(scope, { ...upload, ...limitless });
    const [outcomes] = await Promise.all([
      Promise.allSettled(uploads.map(({ hash, objectKey }) => blobIndex.confirm(scope, hash, objectKey, 1, null, now))),
      until(async () => (await b.storage.blobIndex.discardUnconfirmed(now + 1, 3)) === 0),
    ]);
    await until(async () => (await blobIndex.discardUnconfirmed(now + 1, 3)) === 0);
    const confirmed = uploads.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    const swept = uploads.filter((upload) => !confirmed.includes(upload));
    const keys = (some: typeof uploads) => some.map(({ objectKey }) => objectKey).sort();
    expect(await blobIndex.discarded(null, 100)).toEqual(keys(swept));
    expect(await countOf('blob')).toBe(confirmed.length);
    expect((await a.storage.changeLog.status(scope, now)).bytesUsed).toBe(confirmed.length);
  });

  it('drop texts of an old rotation and keep those of a new one, which an abort puts back', async () => {
    const scope = createScope();
    const device = await register(a.storage, scope);
    const count = 1_500;
    await append(a.storage, scope, device, count);
    const { keyStore } = a.storage;
    const condition = { absent: false, etags: null, keyVersion: null };
    const key = { envelope: 'first', etag: '1', condition, freshEpoch: 'e', guards: [], now };
    await keyStore.put(scope, key);
    const rotate = async (prefix: string): Promise<void> => {
      await keyStore.beginRotation(scope, { envelope: prefix, etag: prefix, keyVersion: null, now });
      for (let from = 0; from < count; from += 500) {
        const entries = times(500, (index) => ({ position: from + index + 1, data: `${prefix} ${from + index}` }));
        await keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      }
    };
    await rotate('second');
    await keyStore.completeRotation(scope, now);
    expect(await countOf('replaced')).toBe(500);
    await Promise.all([rotate('third'), ...[a, b].map(({ storage }) => until(() => isForgotten(storage)))]);
    await until(async () => (await keyStore.abortRotation(scope, 400, now)).done);
    await until(() => isForgotten(b.storage));
    expect(await countOf('replaced')).toBe(0);
    const page = {
      deviceId: device,
      after: null,
      includeOwn: true,
      limit: 500,
      maxBytes: 1 << 20,
      maxScan: 500,
      isPresented: true,
      now,
    };
    const { changes } = await b.storage.changeLog.read(scope, page);
    expect(changes.map(({ data, keyVersion }) => `${data} ${keyVersion}`)).toEqual(
      times(500, (index) => `second ${index} 2`),
    );
  });
});
