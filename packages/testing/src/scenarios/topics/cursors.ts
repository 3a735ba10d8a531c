import { decodeCursor, encodeCursor } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { Device } from '../caller.js';
import type { Fixture } from '../fixture.js';
import { begin, openKeyed } from '../rotation-steps.js';
import type { Topic } from '../scenario.js';

const everything = { appId: null, userId: null };

const expectExpired = async (device: Device, cursor: string | number, reason: string): Promise<void> => {
  expect((await device.pull({ cursor })).refusal('cursor_expired')).toEqual({ reason });
  expect((await device.push([], { base: cursor })).refusal('cursor_expired')).toEqual({ reason });
};

/** A device of somebody whose keys are being rotated, so that every operation with a cursor reads it. */
const openRotating = async (f: Fixture): Promise<Device> => {
  const device = await openKeyed(f, 0);
  await begin(device, 'new');
  return device;
};

/** Cursors and how they expire: P-41 and P-47. */
export const cursors: Topic = (scenario) => {
  scenario('answers URL-safe cursors of at most 512 characters everywhere [P-41]', async (f) => {
    const device = await f.device();
    const pushed = await device.write('a');
    const found = [pushed.cursor, (await device.pull()).ok().cursor, (await device.call('status')).ok().latest_cursor];
    for (const cursor of found) expect(cursor).toMatch(/^[A-Za-z0-9_-]{1,512}$/);
  });

  scenario('refuses text that is no cursor, wherever a cursor is read [P-41]', async (f) => {
    const device = await openRotating(f);
    const { cursor } = await device.write('a');
    const garbage = [
      'x',
      'abc123...',
      `${cursor}A`,
      String(cursor).slice(1),
      '-1',
      '1e3',
      '9'.repeat(17),
      'é',
      '==',
      ' ',
    ];
    for (const text of [...garbage, 'x'.repeat(513), '0'.repeat(513)]) {
      (await device.pull({ cursor: text })).refusal('invalid_cursor');
      (await device.push([], { base: text })).refusal('invalid_cursor');
      (await device.call('subscribe', { query: { cursor: text } })).refusal('invalid_cursor');
      (await device.call('rotationEntries', { body: { cursor: text } })).refusal('invalid_cursor');
    }
    for (const number of [-1, 1.5, -0.5, 2 ** 53, 1e308]) {
      (await device.pull({ cursor: number })).refusal('invalid_cursor');
      (await device.push([], { base: number })).refusal('invalid_cursor');
      (await device.call('subscribe', { query: { cursor: String(number) } })).refusal('invalid_cursor');
      (await device.call('rotationEntries', { body: { cursor: number } })).refusal('invalid_cursor');
    }
    expect((await device.pullAll()).rowIds).toEqual(['a']);
  });

  scenario('refuses as a broken request what is neither text nor number [P-5] [P-41]', async (f) => {
    const device = await openRotating(f);
    for (const cursor of [true, false, {}, [], [1]]) {
      for (const [name, body] of [
        ['pull', { device_id: device.id, cursor }],
        ['push', { device_id: device.id, changes: [], base: cursor }],
        ['rotationEntries', { cursor }],
      ] as const) {
        const pointer = name === 'push' ? '/base' : '/cursor';
        expect((await device.call(name, { body })).refusal('invalid_request')).toMatchObject({ pointer });
      }
    }
  });

  scenario('expires as restored once the epoch is another one [P-47]', async (f) => {
    const device = await f.device();
    await device.write('a');
    const { cursor } = await device.pullAll();
    expect(await f.server.renewEpochs(everything)).toBeGreaterThanOrEqual(1);
    await expectExpired(device, cursor, 'restored');
    expect((await device.pullAll()).rowIds).toEqual(['a']);
  });

  scenario('renews the epochs of one app or one user only, as asked [P-47]', async (f) => {
    const [one, two] = [await f.device(), await f.device()];
    const [first, second] = [(await one.pullAll()).cursor, (await two.pullAll()).cursor];
    await f.server.renewEpochs({ appId: one.app.id, userId: null });
    await expectExpired(one, first, 'restored');
    (await two.pull({ cursor: second })).ok();
    await f.server.renewEpochs({ appId: null, userId: two.user.id });
    await expectExpired(two, second, 'restored');
  });

  scenario('expires as restored ahead of the log [P-47]', async (f) => {
    const device = await f.device();
    await device.write('a', 'b');
    const place = decodeCursor(String((await device.pullAll()).cursor));
    await expectExpired(device, encodeCursor({ ...place, position: 3 }), 'restored');
  });

  scenario('expires as restored when another batch stands at its position [P-47]', async (f) => {
    const device = await f.device();
    await device.write('a', 'b');
    const place = decodeCursor(String((await device.pullAll()).cursor));
    expect(place.tag).not.toBe(0);
    await expectExpired(device, encodeCursor({ ...place, tag: (place.tag ^ 1) >>> 0 }), 'restored');
  });

  scenario('expires as reset after a reset [P-47] [P-69]', async (f) => {
    const device = await f.device();
    await device.write('a');
    const { cursor } = await device.pullAll();
    (await device.call('reset', { body: { confirm: 'erase my data' } })).ok();
    await expectExpired(device, cursor, 'reset');
    await device.write('b');
    await expectExpired(device, cursor, 'reset');
    expect((await device.pullAll()).rowIds).toEqual(['b']);
  });

  scenario('expires a push cursor, and that of status, with the log that it was made for [P-47] [P-48]', async (f) => {
    const device = await f.device();
    const old = [(await device.write('a')).cursor, (await device.call('status')).ok().latest_cursor];
    await device.pull();
    await f.server.renewEpochs(everything);
    for (const cursor of old) await expectExpired(device, cursor, 'restored');
    const renewed = (await device.write('b')).cursor;
    expect((await device.pullAll()).rowIds).toEqual(['a', 'b']);
    (await device.pull({ cursor: renewed })).ok();
    (await device.call('reset', { body: { confirm: 'erase my data' } })).ok();
    await expectExpired(device, renewed, 'reset');
  });

  scenario('answers a cursor of another user like one of another life of the log [P-7] [P-47]', async (f) => {
    const device = await f.device();
    const other = await f.device(await f.caller(device.app));
    await device.write('a');
    await other.write('b');
    await expectExpired(device, (await other.pullAll()).cursor, 'restored');
  });

  scenario('keeps a cursor of a user without any log valid for the first changes [P-41]', async (f) => {
    const laptop = await f.device();
    const { cursor } = (await laptop.pull()).ok();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    expect((await laptop.pullAll({ cursor })).rowIds).toEqual(['a']);
  });
};
