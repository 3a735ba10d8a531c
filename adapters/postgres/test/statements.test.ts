import type { Import, MovedChange, Scope, ScopeHead, ScopePart, Storage } from '@synckeep/core';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, explaining, newSchema } from './opened.js';

const now = Date.UTC(2030, 0, 1);
const epoch = '00c0ffee00c0ffee';
const hash = 'ab'.repeat(32);
const scope: Scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
/** Logs for compaction: one that it has not come by yet, and one of nothing but deletions that it has come by. */
const grown: Scope = { ...scope, appId: crypto.randomUUID() };
const emptied: Scope = { ...scope, appId: crypto.randomUUID() };
const deviceId = crypto.randomUUID();
const query = {
  deviceId,
  after: null,
  includeOwn: false,
  limit: 500,
  maxBytes: 8 << 20,
  maxScan: 10_000,
  isPresented: true,
  now,
};
const change = { table: 'tasks', op: 'update', rowId: 'r', timestamp: 't', data: 'd', blobs: null } as const;
const batch = { deviceId, changes: [change], keyVersion: null, tag: 7, now, bytesLimit: 1 << 30 };
const base = { epoch, position: 39_000, tag: 0, own: 0, floor: 0 };
const device = { name: 'n', platform: 'linux', session: null, now, freshEpoch: epoch, guards: [] } as const;

const page = { limit: 200, maxBytes: 4 << 20 };
const head: ScopeHead = {
  compacted: 0,
  ...{ log: { epoch, position: 3, tag: 7, floor: 0 }, key: null, rotation: null, history: [], devices: [] },
  ...{ lastKeyVersion: 0, keyRevision: 0, wasRotated: false },
};
const moved: MovedChange = {
  ...change,
  deviceId,
  position: 1,
  tag: 7,
  keyVersion: 1,
  replaced: null,
  isUnreadable: true,
};
const answer = { deviceId, receivedAt: now, accepted: 1, ...head.log };

const begin = async ({ transfer }: Storage): Promise<readonly [Scope, Import]> => {
  const target = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
  const by = { id: crypto.randomUUID(), run: 'run' };
  await transfer.begin(target, by, head);
  const changes = [1, 2, 3].map((position) => ({ ...moved, position }));
  await transfer.write(target, by, 'endedEpoch', [{ epoch }]);
  await transfer.write(target, by, 'change', changes.slice(0, 2));
  await transfer.write(target, by, 'change', changes.slice(2));
  await transfer.write(target, by, 'batch', [{ ...answer, batchId: '1' }]);
  await transfer.write(target, by, 'blob', [{ hash, objectKey: `x/${crypto.randomUUID()}`, sizeBytes: 10 }]);
  return [target, by];
};

/** A page of a part from its first item, and one from the middle. */
const pages =
  <P extends ScopePart>(part: P) =>
  async ({ transfer }: Storage): Promise<void> => {
    const [, after = null] = await transfer.read(scope, part, { ...page, after: null });
    await transfer.read(scope, part, { ...page, after });
  };

const bounds = { now, keepFrom: now, activeSince: now };

/** What a request or the maintenance does, by name. */
const operations: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  'a push': ({ changeLog }) => changeLog.append(scope, { ...batch, batchId: crypto.randomUUID(), base: null }),
  'pushes that share a call': ({ changeLog }) =>
    Promise.all([1, 2].map(() => changeLog.append(scope, { ...batch, batchId: crypto.randomUUID(), base }))),
  'a push with a base': ({ changeLog }) => changeLog.append(scope, { ...batch, batchId: crypto.randomUUID(), base }),
  'a pull from the start': ({ changeLog }) => changeLog.read(scope, query),
  'a pull from a place': ({ changeLog }) => changeLog.read(scope, { ...query, after: base }),
  'a status': ({ changeLog }) => changeLog.status(scope, now),
  'a look at many heads': ({ changeLog }) => changeLog.signals([scope, { ...scope, appId: crypto.randomUUID() }]),
  'a look for foreign rows': ({ changeLog }) => changeLog.hasForeign(scope, deviceId, 100, 39_000),
  'a registration': ({ deviceStore }) =>
    deviceStore.register(scope, { ...device, id: crypto.randomUUID(), installationId: 'i' }),
  'a registration by name': ({ deviceStore }) =>
    deviceStore.register(scope, { ...device, id: crypto.randomUUID(), installationId: null }),
  'a list of devices': ({ deviceStore }) => deviceStore.list(scope),
  'a look at the keys': ({ keyStore }) => keyStore.get(scope),
  'a reservation': ({ blobIndex }) =>
    blobIndex.reserve(scope, {
      hash,
      sizeBytes: 10,
      objectKey: `x/${crypto.randomUUID()}`,
      now,
      expiresAt: now + 1,
      bytesLimit: 1 << 30,
    }),
  'a look at a blob': ({ blobIndex }) => blobIndex.get(scope, hash),
  'a push that names blobs': ({ changeLog }) =>
    changeLog.append(scope, {
      ...{ ...batch, batchId: crypto.randomUUID(), base: null },
      changes: [{ ...change, blobs: [hash, 'cd'.repeat(32)] }],
    }),
  'pushes that name blobs and share a call': ({ changeLog }) =>
    Promise.all(
      [1, 2].map(() =>
        changeLog.append(scope, {
          ...{ ...batch, batchId: crypto.randomUUID(), base },
          changes: [{ ...change, blobs: [hash] }],
        }),
      ),
    ),
  'a list of blobs': ({ blobIndex }) => blobIndex.list(scope, hash, 100),
  'a collection of blobs': ({ blobIndex }) =>
    blobIndex.collect(scope, { hashes: [hash, 'cd'.repeat(32)], epoch, position: 1 << 30, touchedBefore: now, now }),
  'a look for missing blobs': ({ blobIndex }) => blobIndex.missing(scope, [hash, 'cd'.repeat(32)]),
  'a look for known objects': ({ blobIndex }) => blobIndex.known([`x/${hash}`, 'x/none']),
  'a record by its key': ({ records }) => records.get('kind', 'key-77'),
  'records by an index': ({ records }) => records.find('kind', 'all', 'x', { after: 'key-77', limit: 10 }),
  'records by the beginning of a value': ({ records }) =>
    records.findByPrefix('kind', 'email', 'user77', { after: 'user775', limit: 10 }),
  'records in order of a value': ({ records }) => records.findByPrefix('kind', 'email', '', { after: null, limit: 10 }),
  'a list of scopes': (storage) => storage.scopes({ appId: null, userId: null }, scope, 100),
  'a list of scopes of an app': (storage) => storage.scopes({ appId: scope.appId, userId: null }, null, 100),
  'a list of scopes of a user': (storage) => storage.scopes({ appId: null, userId: scope.userId }, null, 100),
  'every record': ({ records }) => records.all({ kind: 'kind', key: 'key-77' }, 100),
  'a look at the head of a scope': ({ transfer }) => transfer.head(scope),
  'pages of ended epochs': pages('endedEpoch'),
  'pages of changes': pages('change'),
  'pages of batches': pages('batch'),
  'pages of blobs': pages('blob'),
  'bringing a scope': async (storage) => {
    const [target, by] = await begin(storage);
    await storage.transfer.seal(target, by);
    await storage.transfer.publish(by.id, 100);
  },
  'giving a scope up': async (storage) => {
    const [, by] = await begin(storage);
    await storage.transfer.abandon(by.id, null, 1_000);
  },
  'a step of compaction': ({ changeLog }) => changeLog.compact(grown, { ...bounds, limit: 200, isThorough: true }),
  'dropping of tombstones': ({ changeLog }) => changeLog.compact(emptied, { ...bounds, limit: 200, isThorough: true }),
  'a plan of compaction': async ({ changeLog }) => {
    await changeLog.compactionPlan(grown, bounds);
    await changeLog.compactionPlan(emptied, bounds);
  },
  'forgetting batches': ({ changeLog }) => changeLog.forgetBatches(1_000, 1_000),
  'forgetting envelopes': ({ keyStore }) => keyStore.forgetHistory(1_000, 1_000),
  'sweeping records': ({ records }) => records.sweep(1_000, 1_000),
  'discarding uploads': ({ blobIndex }) => blobIndex.discardUnconfirmed(1_000, 1_000),
};

/** A log of 40,000 rows among 2,000 small ones. */
const fill = async (pool: pg.Pool, schema: string): Promise<void> => {
  const id = toScopeId(scope);
  const other = crypto.randomUUID();
  await pool.query(`
    INSERT INTO ${schema}.scope (scope, app_id, user_id, epoch, head, head_device, other_head, last_device, target_version)
      SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '${epoch}', 10, 1, 10, 1, 0 FROM generate_series(1, 2000)
      UNION ALL SELECT '${id}'::uuid, '${scope.appId}'::uuid, '${scope.userId}'::uuid, '${epoch}', 40000, 2, 39999, 2, 2;
    INSERT INTO ${schema}.device (scope, number, log, created_at, last_seen_at, id, name, platform)
      SELECT scope, 1, 1, 0, 0, gen_random_uuid()::text, 'n', 'linux' FROM ${schema}.scope WHERE scope <> '${id}'
      UNION ALL VALUES ('${id}'::uuid, 1, 1, 0, 0, '${deviceId}', 'a', 'linux'), ('${id}'::uuid, 2, 1, 0, 0, '${other}', 'b', 'linux');
    INSERT INTO ${schema}.change SELECT scope, 1, 1, n, 7, 1, 1, 'tasks', 'r' || n, 't', NULL, 'data'
      FROM ${schema}.scope, generate_series(1, 10) AS n WHERE scope <> '${id}'
      UNION ALL SELECT '${id}'::uuid, 1, 2, n, 7, 1, 1, 'tasks', 'row-' || n, 't', NULL, 'data' FROM generate_series(1, 40000) AS n;
    INSERT INTO ${schema}.scope (scope, app_id, user_id, epoch, head, total_changes, data_bytes, data_entries)
      VALUES ('${toScopeId(grown)}', '${grown.appId}', '${grown.userId}', '${epoch}', 10000, 10000, 40000, 10000),
        ('${toScopeId(emptied)}', '${emptied.appId}', '${emptied.userId}', '${epoch}', 10000, 10000, 40000, 10000);
    INSERT INTO ${schema}.change SELECT '${toScopeId(grown)}'::uuid, 1, 1, n, 7, 1, 1, 'tasks', 'row-' || n % 100, 't', NULL, 'data'
      FROM generate_series(1, 10000) AS n
      UNION ALL SELECT '${toScopeId(emptied)}'::uuid, 1, 1, n, 7, 1, 2, 'tasks', 'row-' || n, 't', NULL, 'data' FROM generate_series(1, 10000) AS n;
    INSERT INTO ${schema}.survivor SELECT scope, log, position, table_name, row_id FROM ${schema}.change
      WHERE scope <> '${toScopeId(grown)}';
    INSERT INTO ${schema}.tombstone SELECT scope, log, position FROM ${schema}.change WHERE op = 2;
    INSERT INTO ${schema}.compaction SELECT scope, 1, head, '{}', '{}' FROM ${schema}.scope WHERE scope <> '${toScopeId(grown)}';
    INSERT INTO ${schema}.batch SELECT scope, 1, 1, 1000000 + n, n, 0, 7, 1, '${epoch}', n::text
      FROM ${schema}.scope, generate_series(1, 10) AS n;
    INSERT INTO ${schema}.batch SELECT '${id}', 1, 2, 2000000, n, 0, 7, 1, '${epoch}', n::text FROM generate_series(1, 20000) AS n;
    INSERT INTO ${schema}.ended_epoch SELECT scope, md5(n::text) FROM ${schema}.scope, generate_series(1, 10) AS n;
    INSERT INTO ${schema}.replaced SELECT '${id}', 1, 2, n, 1, 'before' FROM generate_series(1, 40000) AS n;
    INSERT INTO ${schema}.envelope SELECT scope, 'envelope', 'etag' FROM ${schema}.scope;
    INSERT INTO ${schema}.past_key SELECT scope, n, 1000000, 1, 'replaced', 'e' FROM ${schema}.scope, generate_series(1, 3) AS n;
    INSERT INTO ${schema}.blob SELECT scope, 10, md5(n::text) || md5(n::text), 'x/' || scope || n
      FROM ${schema}.scope, generate_series(1, 10) AS n;
    INSERT INTO ${schema}.reservation SELECT scope, 1, 10, 1000000, 2000000, md5(n::text) || md5(n::text), 'y/' || scope || n
      FROM ${schema}.scope, generate_series(1, 3) AS n;
    INSERT INTO ${schema}.discarded SELECT 'z/' || n FROM generate_series(1, 10000) AS n;
    INSERT INTO ${schema}.record SELECT 'kind', 'key-' || n, 1, 1000000, '{}' FROM generate_series(1, 10000) AS n;
    INSERT INTO ${schema}.record_index SELECT 'kind', 'all', sha256('x'), 'key-' || n, false FROM generate_series(1, 10000) AS n;
    INSERT INTO ${schema}.record_index SELECT 'kind', 'email', sha256(('user' || n)::bytea), 'key-' || n, true, 'user' || n
      FROM generate_series(1, 10000) AS n`);
  await pool.query('ANALYZE');
};

/** The list of dropped logs is short and read whole. */
const scans = (plans: readonly string[]): readonly string[] =>
  plans.filter((plan) => /Seq Scan on (?!pg_|dropped_log)/.test(plan));

describe('the statements', () => {
  let server: RunningPostgres;
  let storage: Storage;
  let pool: pg.Pool;
  let schema: string;
  const plans: string[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    schema = newSchema();
    const opened = connect(server, schema, { options: explaining, max: 1 });
    opened.pool.on('connect', (client) => client.on('notice', ({ message }) => plans.push(message ?? '')));
    ({ storage, pool } = opened);
    await storage.migrate();
    await fill(pool, schema);
  }, 60_000);
  afterAll(() => server.stop());

  it.each(Object.entries(operations))(
    'of %s find their rows by an index, however often they are run',
    async (_, run) => {
      plans.length = 0;
      // PostgreSQL keeps a plan for any values after five runs.
      for (let time = 0; time < 7; time++) await run(storage);
      const told = plans.filter((plan) => plan.includes('Query Text'));
      expect(told.length).toBeGreaterThanOrEqual(7);
      expect(scans(told)).toEqual([]);
      expect(told.some((plan) => /Index (?:Only )?Scan|Bitmap Heap Scan/.test(plan))).toBe(true);
    },
  );

  it('of no request read a table whole, which this test would see', async () => {
    plans.length = 0;
    await pool.query(`SELECT count(*) FROM ${schema}.change WHERE row_id = 'row-7'`);
    expect(scans(plans)).toHaveLength(1);
  });
});
