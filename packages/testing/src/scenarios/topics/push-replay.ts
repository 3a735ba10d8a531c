import { expect } from 'vitest';
import { change, changes } from '../changes.js';
import type { Topic } from '../scenario.js';

const day = 24 * 60 * 60 * 1000;

/** Replay of a batch id, base and quota: P-33 to P-36 and P-39. */
export const pushReplay: Topic = (scenario) => {
  scenario('replays a batch id with the first cursor and stores nothing [P-33]', async (f) => {
    const device = await f.device();
    const first = (await device.push(changes(3), { batch_id: 'b' })).ok();
    await device.write('later');
    const second = (await device.push(changes(3), { batch_id: 'b' })).ok();
    expect(second).toEqual({ ...first, replayed: true, server_time: second.server_time });
    const other = (await device.push([change('other')], { batch_id: 'b' })).ok();
    expect(other).toMatchObject({ cursor: first.cursor, accepted: 3, replayed: true });
    expect((await device.call('status')).ok().total_changes).toBe(4);
  });

  scenario('inserts once when ten identical batches come at once, and answers one cursor [P-33]', async (f) => {
    const device = await f.device();
    const batch = changes(7);
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await device.push(batch, { batch_id: 'b' })).ok()),
    );
    expect(new Set(answers.map(({ cursor }) => cursor)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await device.call('status')).ok().total_changes).toBe(7);
  });

  scenario(
    'answers the first cursor when the answer of a push was lost between commit and reply [P-32] [P-33]',
    async (f) => {
      const device = await f.device();
      const { changeLog } = f.storage;
      const append = changeLog.append.bind(changeLog);
      changeLog.append = async (scope, batch) => {
        changeLog.append = append;
        await append(scope, batch);
        throw new Error('The connection broke.');
      };
      (await device.push(changes(3), { batch_id: 'b' })).refusal('internal');
      const again = (await device.push(changes(3), { batch_id: 'b' })).ok();
      expect(again).toMatchObject({ accepted: 3, replayed: true });
      expect((await device.call('status')).ok()).toMatchObject({ total_changes: 3, latest_cursor: again.cursor });
    },
    { isFaulty: true },
  );

  scenario('remembers batch ids for each device [P-33]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    (await laptop.push([change('a')], { batch_id: 'b' })).ok();
    expect((await phone.push([change('b')], { batch_id: 'b' })).ok().replayed).toBe(false);
    expect((await laptop.push([change('a')], { batch_id: 'B' })).ok().replayed).toBe(false);
  });

  scenario('replays an empty batch too [P-33]', async (f) => {
    const device = await f.device();
    (await device.push([], { batch_id: 'b' })).ok();
    expect((await device.push([change('a')], { batch_id: 'b' })).ok()).toMatchObject({ accepted: 0, replayed: true });
  });

  scenario('remembers a batch id for 30 days, through maintenance [P-33]', async (f) => {
    const device = await f.device();
    (await device.push([change('a')], { batch_id: 'b' })).ok();
    f.clock.advance(29.9 * day);
    await f.maintain();
    const later = await f.logIn(device.app, device.user);
    const body = { device_id: device.id, batch_id: 'b', changes: [change('a')] };
    expect((await later.call('push', { body })).ok().replayed).toBe(true);
  });

  scenario('stores a push without a batch id each time that it comes [P-33]', async (f) => {
    const device = await f.device();
    const body = { device_id: device.id, changes: [change('a')] };
    for (const _ of [1, 2]) expect((await device.call('push', { body })).ok().replayed).toBe(false);
    expect((await device.call('status')).ok().total_changes).toBe(2);
  });

  scenario('answers a known batch id before it looks at key version, base and quota [P-33]', async (f) => {
    const device = await f.device();
    const phone = await f.device(device, 'Phone');
    const base = (await device.pullAll()).cursor;
    const first = (await device.push([change('a')], { batch_id: 'b', base })).ok();
    (await phone.push([change('a')])).ok();
    (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
    await f.server.apps.update(device.app.id, { bytesLimit: 1, requireBase: true });
    f.clock.advance(2000);
    for (const extra of [{ key_version: 77 }, { base }, {}, { base: undefined }]) {
      const reply = await device.push([change('a', { data: 'x'.repeat(100) })], { batch_id: 'b', ...extra });
      expect(reply.ok()).toMatchObject({ cursor: first.cursor, replayed: true });
    }
  });

  scenario('refuses a known batch id of a device that was removed [P-33] [P-38]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    (await phone.push([change('a')], { batch_id: 'b' })).ok();
    (await laptop.call('deleteDevice', { params: { device_id: phone.id } })).ok();
    const body = { device_id: phone.id, batch_id: 'b', changes: [change('a')] };
    (await laptop.call('push', { body })).refusal('unknown_device');
  });

  scenario('may be sent again with the same batch id after a refusal [P-32] [P-33]', async (f) => {
    const device = await f.device();
    (await device.push([change('a')], { batch_id: 'b', key_version: 9 })).refusal('stale_key_version');
    expect((await device.push([change('a')], { batch_id: 'b' })).ok()).toMatchObject({ accepted: 1, replayed: false });
  });

  scenario(
    'refuses a row that another device changed after base, with its indexes, and stores nothing [P-35]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(laptop, 'Phone');
      await phone.write('before');
      const base = (await laptop.pullAll()).cursor;
      await phone.write('x', 'y');
      const batch = ['y', 'free', 'before', 'x', 'y'].map((row) => change(row));
      expect((await laptop.push(batch, { base })).refusal('row_changed')).toEqual({ indexes: [0, 3, 4] });
      expect((await laptop.call('status')).ok().total_changes).toBe(3);
      const merged = (await laptop.pullAll({ cursor: base })).cursor;
      expect((await laptop.push(batch, { base: merged })).ok().accepted).toBe(5);
    },
  );

  scenario('sees no conflict in own changes, other tables or other rows after base [P-35]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const base = (await laptop.pullAll()).cursor;
    await laptop.write('own');
    (await phone.push([change('row', { table: 'lists' }), change('ROW')])).ok();
    (await laptop.push([change('own'), change('row')], { base })).ok();
  });

  scenario('takes "" and 0 as a base of the start, which all that others wrote is after [P-35] [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    for (const base of ['', 0]) {
      expect((await laptop.push([change('b'), change('a')], { base })).refusal('row_changed')).toEqual({
        indexes: [1],
      });
    }
    (await laptop.push([change('b')], { base: '' })).ok();
  });

  scenario('lets only one of two devices win that push the same row on one base at once [P-35]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await laptop.write('row');
    const bases = [(await laptop.pullAll()).cursor, (await phone.pullAll()).cursor];
    const replies = await Promise.all(
      [laptop, phone].map((device, n) => device.push([change('row')], { base: bases[n] })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  scenario('refuses garbage and expired cursors as base [P-35]', async (f) => {
    const laptop = await f.device();
    for (const base of ['garbage', 'EAAA', '!']) (await laptop.push([change('a')], { base })).refusal('invalid_cursor');
    const { cursor: base } = await laptop.pullAll();
    await f.server.renewEpochs({ appId: null, userId: null });
    expect((await laptop.push([change('a')], { base })).refusal('cursor_expired')).toEqual({ reason: 'restored' });
  });

  scenario('refuses a push without base in an app that requires it [P-35]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ requireBase: true })));
    (await device.push([change('a')])).refusal('base_required');
    (await device.push([change('a')], { base: null })).refusal('base_required');
    (await device.push([change('a')], { base: (await device.pullAll()).cursor })).ok();
  });

  scenario('refuses data over the quota, but never a batch of deletes only [P-36]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ bytesLimit: 100 })));
    (await device.push([change('a', { data: 'x'.repeat(100) })])).ok();
    (await device.push([change('b', { data: 'x' })])).refusal('quota_exceeded');
    (await device.push([change('a', { op: 'delete', data: 'x' }), change('b', { data: 'x' })])).refusal(
      'quota_exceeded',
    );
    expect((await device.call('status')).ok()).toMatchObject({ total_changes: 1, bytes_used: 100, bytes_limit: 100 });
    (await device.push([change('a', { op: 'DELETE', data: 'tombstone' })])).ok();
    (await device.push([])).ok();
    expect((await device.call('status')).ok()).toMatchObject({ total_changes: 2, bytes_used: 109 });
  });

  scenario('cannot be passed in quota by pushes at the same time [P-36]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ bytesLimit: 100 })));
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) => device.push([change(`r${n}`, { data: 'x'.repeat(30) })])),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
    expect((await device.call('status')).ok().bytes_used).toBe(90);
  });

  scenario('counts bytes of UTF-8 to the quota [P-36] [P-50]', async (f) => {
    const device = await f.device();
    (await device.push([change('a', { data: '😀ä' }), change('b', { data: null })])).ok();
    expect((await device.call('status')).ok().bytes_used).toBe(6);
  });

  scenario(
    'takes the number of the first key before there is one, then the current one, and no other [P-39]',
    async (f) => {
      const device = await f.device();
      const send = (key_version: number) => device.push([change('a')], { key_version });
      (await send(1)).ok();
      (await send(2)).refusal('stale_key_version');
      (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
      (await send(1)).ok();
      expect((await send(2)).refusal('stale_key_version')).toEqual({ key_version: 1 });
      (await send(0)).refusal('invalid_request');
      (await device.push([change('a')])).ok();
    },
  );
};
