import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createAdministrator } from '../administrator.js';
import type { Device } from '../caller.js';
import { change } from '../changes.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';
import { putUrl } from '../signed-url.js';

const day = 86_400;
const compaction = { keepSeconds: 0, tombstoneSeconds: 2 * day };

/** Two devices of somebody whose app compacts. */
const openTwo = async (f: Fixture, settings = compaction): Promise<readonly [Device, Device]> => {
  const caller = await f.caller(await f.app({ requireBase: true, compaction: settings }));
  return [await f.device(caller, 'Laptop'), await f.device(caller, 'Phone')];
};

/** Pushes from what the device has pulled; answers its cursor. */
const write = async (device: Device, changes: readonly ReturnType<typeof change>[]): Promise<string | number> => {
  const { cursor } = await device.pullAll();
  (await device.push(changes, { base: cursor })).ok();
  return cursor;
};

const insert = (...rowIds: readonly string[]) => rowIds.map((rowId) => change(rowId));
const remove = (rowId: string) => change(rowId, { op: 'delete', data: null });

/** P-85 to P-88 */
export const compactions: Topic = (scenario) => {
  scenario('keeps every change of an app that does not compact [P-85]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ requireBase: true })));
    for (let round = 0; round < 3; round++) await write(device, insert('a', 'b'));
    await f.maintain();
    expect((await device.call('status')).ok().total_changes).toBe(6);
  });

  scenario('removes superseded changes and keeps the last one of each row, at its position [P-85]', async (f) => {
    const [laptop, phone] = await openTwo(f);
    await write(laptop, insert('a', 'b'));
    await write(phone, [change('a', { op: 'update', data: 'newest', timestamp: '2026-01-01T00:00:00.5+02:00' })]);
    await write(laptop, insert('c'));
    const before = (await phone.pull({ rich: true })).ok().changes;
    await f.maintain();
    expect((await laptop.call('status')).ok()).toMatchObject({ total_changes: 3 });
    const { changes } = (await phone.pull({ rich: true })).ok();
    expect(changes).toEqual(before.filter(({ seq }) => seq !== 1));
    expect(changes.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  scenario('leaves the log whole as it was when what is kept began [P-86]', async (f) => {
    const [laptop] = await openTwo(f, { keepSeconds: day, tombstoneSeconds: 2 * day });
    await write(laptop, insert('a', 'a'));
    await f.maintain();
    f.clock.advance(day * 500);
    await write(laptop, insert('a'));
    await f.maintain();
    expect((await laptop.call('status')).ok().total_changes).toBe(3);
    f.clock.advance(day * 600);
    await f.maintain();
    expect((await laptop.call('status')).ok().total_changes).toBe(2);
  });

  scenario('keeps a tombstone until every device that still comes has passed it [P-87]', async (f) => {
    const [laptop, phone] = await openTwo(f);
    await write(laptop, insert('a'));
    const { cursor: middle } = await phone.pullAll();
    (await phone.pull({ cursor: middle })).ok();
    await write(laptop, [remove('a')]);
    await f.maintain();
    expect((await phone.pullAll({ cursor: middle })).rowIds).toEqual(['a']);
    const { cursor } = await phone.pullAll({ cursor: middle });
    f.clock.advance(2_000);
    for (const device of [phone, laptop]) (await device.pull({ cursor })).ok();
    await f.maintain();
    expect((await laptop.call('status')).ok().total_changes).toBe(0);
    expect((await phone.pull({ cursor })).ok().changes).toEqual([]);
  });

  scenario('tells a device that was away too long to start over [P-87]', async (f) => {
    const [laptop, phone] = await openTwo(f);
    await write(laptop, insert('a', 'b'));
    const { cursor: old } = await phone.pullAll();
    (await phone.pull({ cursor: old })).ok();
    f.clock.advance(3 * day * 1000);
    await write(laptop, [remove('a')]);
    const { cursor: newest } = await laptop.pullAll();
    f.clock.advance(2_000);
    (await laptop.pull({ cursor: newest })).ok();
    await f.maintain();
    expect((await phone.pull({ cursor: old })).refusal('cursor_expired')).toEqual({ reason: 'compacted' });
    expect((await phone.push([], { base: old })).refusal('cursor_expired')).toEqual({ reason: 'compacted' });
    expect((await phone.pullAll()).rowIds).toEqual(['b']);
  });

  scenario('never takes a push from a base whose later changes may be gone [P-88]', async (f) => {
    const [laptop, phone] = await openTwo(f);
    const base = await write(laptop, insert('a'));
    await write(phone, insert('a'));
    await write(laptop, insert('a'));
    await f.maintain();
    expect((await laptop.push(insert('z', 'a'), { base })).refusal('row_changed')).toEqual({ indexes: [1] });
    await write(laptop, insert('z', 'a'));
  });

  scenario('waits for the end of a rotation, and goes on then [P-85]', async (f) => {
    const [laptop] = await openTwo(f);
    (await laptop.call('putKey', { body: { encrypted_key: 'key' } })).ok();
    await write(laptop, insert('a', 'a'));
    (await laptop.call('beginRotation', { body: { new_encrypted_key: 'new' } })).ok();
    await f.maintain();
    expect((await laptop.call('status')).ok().total_changes).toBe(2);
    (await laptop.call('abortRotation')).ok();
    await f.maintain();
    expect((await laptop.call('status')).ok().total_changes).toBe(1);
  });

  scenario('is to be had only where `base` is required, and stays so [P-85]', async (f) => {
    const { id } = await f.app();
    const update = (patch: Parameters<typeof f.server.apps.update>[1]) => f.server.apps.update(id, patch);
    const refused = { code: 'invalid_request', details: { pointer: '/compaction' } };
    await expect(update({ compaction })).rejects.toMatchObject(refused);
    expect(await update({ compaction, requireBase: true })).toMatchObject({ compaction });
    await expect(update({ requireBase: false })).rejects.toMatchObject(refused);
    expect(await f.server.apps.get(id)).toMatchObject({ requireBase: true });
    expect(await update({ requireBase: false, compaction: null })).toMatchObject({ compaction: null });
  });

  scenario('is turned on and off through the admin API [P-181]', async (f) => {
    const admin = await createAdministrator(f);
    const params = { app_id: (await f.app()).id };
    const update = (body: object) => admin.call('updateApp', { params, body });
    const wanted = { keep_seconds: 7 * day, tombstone_seconds: 30 * day };
    const { pointer } = (await update({ compaction: wanted })).refusal('invalid_request') ?? {};
    expect(pointer).toBe('/compaction');
    expect((await update({ compaction: wanted, require_base: true })).ok().compaction).toEqual(wanted);
    expect((await update({ name: 'Other' })).ok().compaction).toEqual(wanted);
    (await update({ require_base: false })).refusal('invalid_request');
    (await update({ compaction: { ...wanted, tombstone_seconds: 1 } })).refusal('invalid_request');
    expect((await update({ compaction: null, require_base: false })).ok().compaction).toBeNull();
  });

  scenario('says what would go before anything goes [P-85]', async (f) => {
    const [laptop, phone] = await openTwo(f);
    await write(laptop, insert('a', 'a', 'b'));
    await write(phone, insert('b'));
    const filter = { appId: laptop.app.id, userId: null };
    const bytes = (await laptop.call('status')).ok().bytes_used;
    const plan = { logs: 1, changes: 4, removable: 2, removableBytes: bytes / 2, tombstones: 0 };
    expect(await f.server.planCompaction(filter)).toEqual(plan);
    expect((await laptop.call('status')).ok().total_changes).toBe(4);
    const { removable: removed, removableBytes: removedBytes } = plan;
    expect(await f.server.compact(filter)).toEqual({ logs: 1, paused: 0, removed, removedBytes, tombstones: 0 });
    expect((await laptop.call('status')).ok()).toMatchObject({ total_changes: 2, bytes_used: bytes / 2 });
    const other = await f.app();
    expect(await f.server.planCompaction({ appId: other.id, userId: null })).toMatchObject({ logs: 0 });
  });

  const openCollecting = async (f: Fixture) => {
    const collectBlobs = { graceSeconds: day };
    const app = await f.app({ requireBase: true, compaction });
    const device = await f.device(await f.caller(app));
    const keep = async (content: string): Promise<string> => {
      const hash = createHash('sha256').update(content).digest('hex');
      const body = { hash, size_bytes: content.length };
      const { upload_url } = (await device.call('uploadBlob', { body })).ok();
      expect((await putUrl(f, upload_url, new TextEncoder().encode(content))).status).toBeLessThan(300);
      (await device.call('confirmBlob', { body })).ok();
      return hash;
    };
    const status = async (hash: string) => (await device.call('downloadBlob', { body: { hash } })).status;
    const collect = () => f.server.collectBlobs({ appId: app.id, userId: null });
    /** Two days pass, and only then the app collects: rounds of maintenance on the way leave its blobs alone. */
    const passGrace = async (): Promise<void> => {
      f.clock.advance(2 * day * 1000);
      await f.maintain();
      await f.server.apps.update(app.id, { collectBlobs });
    };
    return { app, device, keep, status, collect, passGrace };
  };

  scenario('removes a blob that no change names, after its grace, and frees its bytes [P-89]', async (f) => {
    const { app, device, keep, status, collect, passGrace } = await openCollecting(f);
    const [named, gone] = [await keep('named'), await keep('gone')];
    await write(device, [change('a', { blobs: [named], data: null }), change('b', { blobs: [] })]);
    await f.server.apps.update(app.id, { collectBlobs: { graceSeconds: day } });
    expect(await collect()).toEqual({ logs: 1, unnamed: 0, blobs: 0, bytes: 0 });
    await f.server.apps.update(app.id, { collectBlobs: null });
    await passGrace();
    const plan = { logs: 1, unnamed: 0, blobs: 1, bytes: 4 };
    expect(await f.server.planBlobCollection({ appId: app.id, userId: null })).toEqual(plan);
    expect(await status(gone)).toBe(200);
    const before = (await device.call('status')).ok().bytes_used;
    expect(await collect()).toEqual(plan);
    expect([await status(gone), await status(named)]).toEqual([404, 200]);
    expect((await device.call('status')).ok().bytes_used).toBe(before - 4);
  });

  scenario('leaves a log alone whose changes do not all say which blobs they name [P-89]', async (f) => {
    const { device, keep, status, collect, passGrace } = await openCollecting(f);
    const blob = await keep('kept');
    await write(device, insert('silent'));
    await passGrace();
    expect(await collect()).toEqual({ logs: 1, unnamed: 1, blobs: 0, bytes: 0 });
    await write(device, [change('silent', { blobs: [] })]);
    await f.maintain();
    expect(await collect()).toMatchObject({ unnamed: 0, blobs: 1 });
    expect(await status(blob)).toBe(404);
  });

  scenario('keeps a blob that an upload found or a confirmation asked for lately [P-89]', async (f) => {
    const { device, keep, status, collect, passGrace } = await openCollecting(f);
    const [found, confirmed] = [await keep('found'), await keep('confirmed')];
    await passGrace();
    expect((await device.call('uploadBlob', { body: { hash: found, size_bytes: 5 } })).ok().already_exists).toBe(true);
    (await device.call('confirmBlob', { body: { hash: confirmed, size_bytes: 9 } })).ok();
    expect(await collect()).toMatchObject({ blobs: 0 });
    expect([await status(found), await status(confirmed)]).toEqual([200, 200]);
  });

  scenario('collects blobs only where it compacts [P-89]', async (f) => {
    const { id } = await f.app();
    const collectBlobs = { graceSeconds: day };
    const refused = { code: 'invalid_request', details: { pointer: '/collect_blobs' } };
    await expect(f.server.apps.update(id, { collectBlobs })).rejects.toMatchObject(refused);
    await f.server.apps.update(id, { collectBlobs, requireBase: true, compaction });
    await expect(f.server.apps.update(id, { compaction: null })).rejects.toMatchObject(refused);
  });
};
