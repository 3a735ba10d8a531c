import type { Import, MovedChange, Scope, ScopeHead, Storage } from '@synckeep/core';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { append, createScope, now, register } from './samples.js';

let postgres: RunningPostgres;
let schema: string;
let pool: pg.Pool;
let storage: Storage;
let other: Storage;
beforeAll(async () => {
  postgres = await startPostgres();
  schema = newSchema();
  ({ pool, storage } = connect(postgres, schema));
  other = connect(postgres, schema).storage;
  await storage.migrate();
}, 60_000);
afterAll(() => postgres.stop());

const createImport = (): Import => ({ id: crypto.randomUUID(), run: crypto.randomUUID() });
const page = { after: null, limit: 500, maxBytes: 1 << 20 };
const allOf = { after: null, includeOwn: true, limit: 500, maxBytes: 1 << 20, maxScan: 500, isPresented: true, now };

const headOf = async (scope: Scope): Promise<ScopeHead> => {
  const head = await storage.transfer.head(scope);
  if (!head) throw new Error('There is no such scope.');
  return head;
};

const changesOf = (scope: Scope) => storage.transfer.read(scope, 'change', page);

/** Brings a scope of nothing but changes, each in a write of its own. */
const bring = async (scope: Scope, by: Import, head: ScopeHead, changes: readonly MovedChange[]): Promise<void> => {
  expect(await storage.transfer.begin(scope, by, head)).toBe('begun');
  for (const change of changes) expect(await storage.transfer.write(scope, by, 'change', [change])).toBe(true);
  expect(await storage.transfer.seal(scope, by)).toBe(true);
};

const openScope = async () => {
  const scope = createScope();
  const [a, b] = [await register(storage, scope), await register(storage, scope)];
  return { scope, a, b };
};

describe('a scope that was brought', () => {
  it('has the sums and marks that it had where it came from', async () => {
    const { scope, a, b } = await openScope();
    const gone = await register(storage, scope);
    for (const device of [a, gone, gone, b, a, gone]) await append(storage, scope, device, 2);
    await storage.deviceStore.remove(scope, gone);
    const { keyStore } = storage;
    const key = { condition: { absent: false, etags: null, keyVersion: null }, freshEpoch: 'e', guards: [], now };
    await keyStore.put(scope, { ...key, envelope: 'first', etag: '1' });
    await keyStore.beginRotation(scope, { envelope: 'second', etag: '2', keyVersion: null, now });
    const entries = [1, 2, 3, 4].map((position) => ({ position, data: position < 3 ? 'a longer text' : null }));
    await keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });

    const marks = async (of: Scope) => {
      const { rows } = await pool.query(
        `SELECT d.id AS head_device, s.head, s.head_tag, s.other_head, s.floor, s.total_changes, s.data_bytes,
           s.data_entries, s.target_entries, s.unreadable_entries, s.key_version, s.last_key_version, s.key_revision,
           s.target_version, s.rotated, s.aborting, s.leftovers
         FROM ${schema}.scope s LEFT JOIN ${schema}.device d ON d.scope = s.scope AND d.number = s.head_device
         WHERE s.scope = $1`,
        [toScopeId(of)],
      );
      return rows[0];
    };
    expect(await marks(scope)).toMatchObject({ head_device: gone, other_head: '10', target_entries: '2' });
    const [target, by] = [createScope(), createImport()];
    await bring(target, by, await headOf(scope), await changesOf(scope));
    await storage.transfer.publish(by.id, 10);
    expect(await marks(target)).toEqual(await marks(scope));
    expect(await storage.deviceStore.list(target)).toEqual(await storage.deviceStore.list(scope));
  });

  it('knows the last push of each device, though compaction took the newest row away', async () => {
    const { scope, a, b } = await openScope();
    await append(storage, scope, a, 2);
    await append(storage, scope, b, 1);
    const head = await headOf(scope);
    const compacted = { ...head, log: { ...head.log, floor: 3 } };
    const [target, by] = [createScope(), createImport()];
    await bring(target, by, compacted, (await changesOf(scope)).slice(0, 2));
    await storage.transfer.publish(by.id, 10);
    expect(await storage.transfer.head(target)).toEqual(compacted);
    await append(storage, target, a, 1);
    const devices = await storage.deviceStore.list(target);
    expect(devices.map(({ id, lastPush }) => [id, lastPush]).sort()).toEqual(
      [
        [a, 4],
        [b, 3],
      ].sort(),
    );
  });

  it('does not answer the ids of devices that an earlier scope of the same epoch had under their numbers', async () => {
    const { scope, a, b } = await openScope();
    await append(storage, scope, a, 1);
    await append(storage, scope, b, 1);
    const authors = async () => {
      const { changes } = await storage.changeLog.read(scope, { ...allOf, deviceId: b });
      return changes.map(({ deviceId }) => deviceId);
    };
    expect(await authors()).toEqual([a, b]);
    const [head, changes] = [await headOf(scope), await changesOf(scope)];
    while (!(await other.erase(scope, 100)));
    const by = createImport();
    await bring(scope, by, { ...head, devices: head.devices.filter(({ id }) => id === b) }, changes);
    await other.transfer.publish(by.id, 10);
    expect(await authors()).toEqual([a, b]);
  });
});
