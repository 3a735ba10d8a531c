import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createAdministrator } from '../administrator.js';
import type { Device } from '../caller.js';
import { change } from '../changes.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';
import { putUrl } from '../signed-url.js';

const hour = 3_600_000;

const storeBlob = async (f: Fixture, device: Device, text: string): Promise<void> => {
  const bytes = new TextEncoder().encode(text);
  const body = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
  await putUrl(f, (await device.call('uploadBlob', { body })).ok().upload_url, bytes);
  (await device.call('confirmBlob', { body })).ok();
};

/** Overview, usage and health: P-190…P-194. */
export const usage: Topic = (scenario) => {
  scenario('adds up what is stored, at most 10 s late [P-190]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const before = (await admin.call('overview')).ok();
    const device = await f.device();
    await f.device(device, 'second');
    (await device.push([change('a', { data: 'four' }), change('b', { data: 'four' })])).ok();
    await storeBlob(f, device, 'a blob');
    const stream = await device.subscribe();
    expect((await admin.call('overview')).ok()).toEqual(before);
    f.clock.advance(10_000);
    const after = (await admin.call('overview')).ok();
    expect(after).toEqual({
      apps: before.apps + 1,
      users: before.users + 1,
      devices: before.devices + 2,
      active_devices_24h: before.active_devices_24h + 2,
      changes: before.changes + 2,
      data_bytes: before.data_bytes + 8,
      blob_bytes: before.blob_bytes + 6,
      streams: before.streams + 1,
      errors_24h: before.errors_24h,
      warnings: [],
    });
    stream.close();
  });

  scenario('counts by hour what an app, and a user of it, did [P-191]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const device = await f.device();
    const second = await f.device(device, 'second');
    const stranger = await f.device(await f.caller(device.app));
    const batch = { body: { device_id: device.id, batch_id: 'one', changes: [change('a', { data: 'abc' })] } };
    (await device.call('push', batch)).ok();
    (await device.call('push', batch)).ok();
    (await second.pull()).ok();
    (await stranger.push([change('b', { data: 'x' })])).ok();
    await storeBlob(f, device, 'a blob');

    const read = async (query: Record<string, string>) => (await admin.call('listUsage', { query })).ok().points;
    const { id: appId } = device.app;
    const ofApp = await read({ app_id: appId });
    expect(ofApp).toHaveLength(24);
    const last = {
      pushes: 3,
      pulls: 1,
      changes: 2,
      data_bytes: 4,
      blob_bytes: 6,
      active_devices: 3,
      streams: 0,
      errors: 0,
    };
    expect(ofApp.at(-1)).toMatchObject(last);
    expect(ofApp.at(-1)?.at).toBe(new Date(f.clock.now() - (f.clock.now() % hour)).toISOString());
    const ofUser = { app_id: appId, user_id: device.user.id };
    const users = { pushes: 2, pulls: 1, changes: 1, data_bytes: 3, blob_bytes: 6, active_devices: 2 };
    expect((await read(ofUser)).at(-1)).toMatchObject(users);
    expect((await read({ user_id: device.user.id, step: 'day' })).at(-1)).toMatchObject(users);
    expect((await read({ app_id: appId, step: 'day' })).at(-1)).toMatchObject(last);

    f.clock.advance(hour);
    (await second.pull()).ok();
    const later = await read({ app_id: appId });
    expect(later.slice(-2)).toMatchObject([last, { pushes: 0, pulls: 1, changes: 0, active_devices: 1 }]);
    expect((await read(ofUser)).slice(-2)).toMatchObject([users, { pulls: 1, active_devices: 1 }]);
    expect((await read({ step: 'day', app_id: appId })).at(-1)).toMatchObject({
      pushes: 3,
      pulls: 2,
      active_devices: 3,
    });
  });

  scenario(
    'counts the streams that were open at once, also in hours in which nothing else happened [P-191]',
    async (f) => {
      const admin = await createAdministrator(f, ['usage:read']);
      const device = await f.device();
      f.clock.advance(hour - 10_000);
      const streams = [await device.subscribe(), await device.subscribe()];
      f.clock.advance(20_000);
      const points = (await admin.call('listUsage', { query: { app_id: device.app.id } })).ok().points.slice(-2);
      expect(points.map((point) => point.streams)).toEqual([2, 2]);
      for (const stream of streams) stream.close();
    },
  );

  scenario(
    'counts the requests that the server failed as errors, and refusals as none [P-191]',
    async (f) => {
      const admin = await createAdministrator(f, ['usage:read']);
      const device = await f.device();
      const read = async () =>
        (await admin.call('listUsage', { query: { app_id: device.app.id } })).ok().points.at(-1) ?? { requests: 0 };
      const before = await read();
      (await device.call('renameDevice', { params: { device_id: 'nobody' }, body: { device_name: 'x' } })).refusal(
        'device_not_found',
      );
      const { status } = f.storage.changeLog;
      f.storage.changeLog.status = () => Promise.reject(new Error('broken'));
      (await device.call('status')).refusal('internal');
      f.storage.changeLog.status = status;
      expect(await read()).toMatchObject({ requests: before.requests + 2, errors: 1 });
    },
    { isFaulty: true },
  );

  scenario('answers a point for each step asked for, and refuses what makes no sense [P-191]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const read = (query: Record<string, string>) => admin.call('listUsage', { query });
    const span = { from: '2029-12-30T12:34:56Z', to: '2030-01-02T00:00:00Z' };
    const days = (await read({ ...span, step: 'day', app_id: 'no-such-app' })).ok();
    expect(days.points.map(({ at, pushes }) => [at, pushes])).toEqual([
      ['2029-12-30T00:00:00.000Z', 0],
      ['2029-12-31T00:00:00.000Z', 0],
      ['2030-01-01T00:00:00.000Z', 0],
    ]);
    expect((await read({ ...span, step: 'hour' })).ok().points).toHaveLength(60);
    expect((await read({ step: 'day' })).ok().points).toHaveLength(30);
    (await read({ from: span.to, to: span.from })).refusal('invalid_request');
    (await read({ from: span.to, to: span.to })).refusal('invalid_request');
    (await read({ from: '2000-01-01T00:00:00Z' })).refusal('invalid_request');
    (await read({ from: '1969-12-31T00:00:00Z', to: '1970-01-02T00:00:00Z' })).refusal('invalid_request');
    (await read({ from: '2016-12-31T23:59:60Z' })).refusal('invalid_request');
    (await read({ step: 'week' })).refusal('invalid_request');
  });

  scenario('leaves nothing of an erased user, counted before or waiting to be written [P-92] [P-194]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const device = await f.device();
    (await device.push([change('a')])).ok();
    const query = { app_id: device.app.id, user_id: device.user.id };
    (await admin.call('listUsage', { query })).ok();
    expect(await f.storage.records.find('usage-user', 'user', device.user.id, { after: null, limit: 2 })).toHaveLength(
      1,
    );
    (await device.push([change('b')])).ok();
    await f.server.eraseUser(device.user.id);
    f.clock.advance(600_000);
    const { points } = (await admin.call('listUsage', { query })).ok();
    expect(points.every(({ pushes, requests }) => pushes + requests === 0)).toBe(true);
    const dump = await f.dump();
    for (const id of [device.user.id, device.id]) expect(dump).not.toContain(id);
    // The numbers of the app stay: they name nobody.
    expect((await admin.call('listUsage', { query: { app_id: device.app.id } })).ok().points.at(-1)).toMatchObject({
      pushes: 2,
    });
  });

  scenario('leaves nothing of an erased app, counted before or waiting to be written [P-92] [P-194]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const device = await f.device();
    (await device.push([change('a')])).ok();
    (await admin.call('listUsage', { query: { app_id: device.app.id } })).ok();
    (await device.push([change('b')])).ok();
    await f.server.eraseApp(device.app.id);
    f.clock.advance(600_000);
    (await admin.call('listUsage')).ok();
    (await admin.call('listUsage', { query: { user_id: device.user.id } })).ok();
    expect(await f.dump()).not.toContain(device.app.id);
  });

  scenario('warns of users who have stored 90 % of what they may [P-190]', async (f) => {
    const admin = await createAdministrator(f, ['usage:read']);
    const device = await f.device(await f.caller(await f.app({ bytesLimit: 100 })));
    (await device.push([change('a', { data: 'x'.repeat(89) })])).ok();
    const readWarnings = async () => {
      (await admin.call('listUsage', { query: { user_id: device.user.id } })).ok();
      return (await admin.call('overview')).ok().warnings;
    };
    expect(await readWarnings()).toEqual([]);
    (await device.push([change('b', { data: 'x' })])).ok();
    expect(await readWarnings()).toEqual([
      { code: 'quotas_nearly_full', text: '1 user has stored 90 % or more of what they may.' },
    ]);
  });

  scenario('says how the server and its parts are [P-192]', async (f) => {
    const admin = await createAdministrator(f, ['server:read']);
    f.clock.advance(5_000);
    const before = (await admin.call('health')).ok();
    expect(before).toMatchObject({
      ...{ status: 'ok', maintenance: null, disk: null, warnings: [] },
      storage: { status: 'ok', detail: null },
      blobs: { status: 'ok', detail: null },
    });
    expect(before.storage.migration).toBe(before.storage.newest_migration);
    expect(before.uptime_seconds).toBeGreaterThanOrEqual(5);
    const at = new Date(f.clock.now()).toISOString();
    await f.maintain();
    expect((await admin.call('health')).ok().maintenance).toEqual({ last_run_at: at, last_error: null });
  });
};
