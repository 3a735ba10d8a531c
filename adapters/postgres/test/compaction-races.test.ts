import type { Scope, ScopeHead, Storage } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import { expect, it } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { createScope, newBatch, now, register } from './samples.js';

const bounds = { now, keepFrom: now, activeSince: now + 1, limit: 40, isThorough: true };
const rounds = 25;
const head: ScopeHead = {
  ...{ log: { epoch: 'e', position: 90, tag: 7, floor: 0 }, compacted: 0, key: null, rotation: null, history: [] },
  ...{ devices: [], lastKeyVersion: 0, keyRevision: 0, wasRotated: false },
};

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** @returns whether it was refused with this code */
const isRefused = async (code: string, call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return false;
  } catch (error) {
    if (isSyncError(error) && error.code === code) return true;
    throw error;
  }
};

const pushes = (scope: Scope, device: string, round: number) =>
  newBatch(device, undefined, {
    changes: times(
      4,
      (index) =>
        ({
          ...{ table: 'tasks', rowId: `row ${(round * 4 + index) % 12}`, timestamp: 't', blobs: null },
          ...(index === 3 ? { op: 'delete', data: null } : { op: 'update', data: `${scope.appId} ${round}` }),
        }) as const,
    ),
  });

it('compaction on two nodes never deadlocks with shared pushes, rotations, resets, imports and erasing, and counts stay exact', async () => {
  const server = await startPostgres();
  const schema = newSchema();
  const nodes = [connect(server, schema), connect(server, schema)] as const;
  const [a, b] = [nodes[0].storage, nodes[1].storage];
  await a.migrate();
  const [plain, rotated, reset, erased, imported] = [1, 2, 3, 4, 5].map(createScope) as [
    Scope,
    Scope,
    Scope,
    Scope,
    Scope,
  ];
  const live = [plain, rotated, reset, erased];
  const devices = await Promise.all(
    live.map(async (scope) => ({ scope, of: [await register(a, scope), await register(b, scope)] as const })),
  );
  let isOver = false;
  /** Nobody waits any more for what is pushed. */
  let isQuiet = false;

  const push = async (node: Storage, index: 0 | 1): Promise<void> => {
    for (let round = 0; round < rounds || !isQuiet; round++) {
      await Promise.all(
        devices.map(({ scope, of }) =>
          isRefused('unknown_device', node.changeLog.append(scope, pushes(scope, of[index], round))),
        ),
      );
    }
  };
  const compact = async ({ changeLog }: Storage): Promise<void> => {
    while (!isOver) for (const scope of [...live, imported]) await changeLog.compact(scope, bounds);
  };
  const sweep = async ({ keyStore }: Storage): Promise<void> => {
    while (!isOver) await keyStore.forgetHistory(now, 30);
  };
  const rotate = async ({ keyStore }: Storage): Promise<void> => {
    const condition = { absent: true, etags: null, keyVersion: null };
    await keyStore.put(rotated, { envelope: 'e', etag: 'e', condition, freshEpoch: 'e', guards: [], now });
    for (const name of ['f', 'g', 'h']) {
      await keyStore.beginRotation(rotated, { envelope: name, etag: name, keyVersion: null, now });
      if (name === 'g') {
        while (!(await keyStore.abortRotation(rotated, 3, now)).done);
        continue;
      }
      const page = { after: null, limit: 10, maxBytes: 1 << 20, maxScan: 10_000 };
      for (;;) {
        const { entries } = await keyStore.rotationEntries(rotated, page);
        const batch = entries.map(({ position }) => ({ position, data: `${name} ${position}` }));
        await keyStore.rotate(rotated, { entries: batch, keyVersion: null, bytesLimit: null, now });
        if (!(await isRefused('rotation_incomplete', keyStore.completeRotation(rotated, now)))) break;
      }
    }
  };
  const resetTwice = async ({ changeLog }: Storage): Promise<void> => {
    for (const epoch of ['00000000000000a1', '00000000000000a2']) {
      await expect.poll(async () => (await changeLog.status(reset, now)).totalChanges).toBeGreaterThan(8);
      await changeLog.reset(reset, epoch, now);
    }
  };
  const erase = async (node: Storage): Promise<void> => {
    await expect.poll(async () => (await node.changeLog.status(erased, now)).totalChanges).toBeGreaterThan(8);
    while (!(await node.erase(erased, 5)));
  };
  const bring = async ({ transfer }: Storage): Promise<void> => {
    const by = { id: 'import', run: 'run' };
    await transfer.begin(imported, by, head);
    for (let position = 1; position <= 90; position++) {
      const row = { table: 'tasks', op: 'update', rowId: `row ${position % 9}`, timestamp: 't', data: 'data' } as const;
      const moved = { ...row, position, deviceId: 'd', tag: 7, keyVersion: 1, blobs: null, replaced: null };
      await transfer.write(imported, by, 'change', [{ ...moved, isUnreadable: false }]);
    }
    await transfer.seal(imported, by);
    while (!(await transfer.publish('import', 10)));
  };

  const background = [compact(a), compact(b), sweep(a), sweep(b)];
  const waiting = Promise.all([resetTwice(b), erase(a)]).finally(() => {
    isQuiet = true;
  });
  await Promise.all([push(a, 0), push(b, 1), rotate(a), waiting, bring(b)]);
  isOver = true;
  await Promise.all(background);

  for (const scope of [plain, rotated, reset, imported]) {
    while ((await a.changeLog.compact(scope, bounds)).state === 'more');
    const { rows } = await nodes[0].pool.query(
      `SELECT s.total_changes AS total, s.data_bytes AS bytes, s.data_entries AS entries, count(c)::bigint AS "realTotal",
         coalesce(sum(octet_length(c.data)), 0)::bigint AS "realBytes", count(c.data) AS "realEntries",
         count(DISTINCT c.row_id) AS names, (SELECT count(*) FROM ${schema}.survivor v WHERE v.scope = s.scope AND v.log = s.log) AS kept
       FROM ${schema}.scope s LEFT JOIN ${schema}.change c ON c.scope = s.scope AND c.log = s.log
       WHERE s.scope = $1 GROUP BY s.scope`,
      [toScopeId(scope)],
    );
    const [{ total, bytes, entries, realTotal, realBytes, realEntries, names, kept }] = rows;
    expect({ total, bytes, entries }).toEqual({ total: realTotal, bytes: realBytes, entries: realEntries });
    expect([names, kept]).toEqual([total, total]);
  }
  for (const table of ['change', 'survivor', 'tombstone', 'compaction', 'scope']) {
    const left = `SELECT FROM ${schema}.${table} WHERE scope = $1`;
    expect((await nodes[0].pool.query(left, [toScopeId(erased)])).rowCount).toBe(0);
  }
  while ((await a.keyStore.forgetHistory(now, 100)) > 0);
  const dropped = `SELECT FROM ${schema}.survivor v JOIN ${schema}.scope s USING (scope) WHERE v.log <> s.log`;
  expect((await nodes[0].pool.query(dropped)).rowCount).toBe(0);

  // A deadlock is undone and tried again, so nobody else would notice. Connections count theirs when they end.
  await Promise.all(nodes.map(({ pool }) => pool.end()));
  const judge = server.pool();
  const others = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
  await expect.poll(async () => (await judge.query(others)).rowCount).toBe(0);
  expect((await judge.query('SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database')).rows).toEqual([
    { deadlocks: 0 },
  ]);
  await server.stop();
}, 120_000);
