import { expect } from 'vitest';
import { change, changes } from '../changes.js';
import { batch, begin, complete, entriesOf, openKeyed, renewed } from '../rotation-steps.js';
import type { Topic } from '../scenario.js';

/** Abort, announcements and what outlives a rotation: P-65 to P-67. */
export const rotationAbort: Topic = (scenario) => {
  scenario(
    'aborts: the old text is back, the number is burnt and its envelope stays in the history [P-65]',
    async (f) => {
      const device = await openKeyed(f, 4);
      const before = (await device.pull({ rich: true })).ok().changes;
      await begin(device, 'aborted');
      await batch(device, renewed((await entriesOf(device)).slice(0, 2)));
      (await device.push([change('under the new key')], { key_version: 2 })).ok();
      expect((await device.call('abortRotation')).ok()).toEqual({ key_version: 1 });
      (await device.call('abortRotation')).refusal('no_rotation');
      const rows = (await device.pull({ rich: true })).ok().changes;
      expect(rows.slice(0, 4)).toEqual(before);
      expect(rows[4]).toMatchObject({ row_id: 'under the new key', key_version: 2 });
      expect((await device.call('getKey')).ok()).toEqual({ encrypted_key: 'old', key_version: 1 });
      expect((await device.call('keyHistory')).ok().keys).toMatchObject([
        { encrypted_key: 'aborted', key_version: 2, reason: 'aborted' },
      ]);
      (await device.push([change('late')], { key_version: 2 })).refusal('stale_key_version');
      expect(await begin(device, 'new')).toEqual({ key_version: 3, remaining: 5 });
    },
  );

  scenario('aborts a log of several thousand entries as a whole [P-65]', async (f) => {
    const device = await openKeyed(f, 0);
    for (let n = 0; n < 5; n++) (await device.push(changes(500, `page-${n}`), { key_version: 1 })).ok();
    await begin(device, 'new');
    for (let seq = 1; seq <= 2500; seq += 500) {
      await batch(
        device,
        Array.from({ length: 500 }, (_, n) => ({ seq: seq + n, data: 'new' })),
      );
    }
    (await device.call('abortRotation')).ok();
    const { changes: rows } = (await device.pull({ rich: true })).ok();
    expect(rows.filter(({ data, key_version }) => data === 'new' || key_version !== 1)).toEqual([]);
    expect((await device.call('status')).ok().bytes_used).toBeGreaterThan(2500 * 10);
  });

  scenario('never lets key versions go down, over abort, completion and reset [P-65] [P-69]', async (f) => {
    const device = await openKeyed(f, 0);
    await begin(device, 'a');
    (await device.call('abortRotation')).ok();
    expect((await begin(device, 'b')).key_version).toBe(3);
    expect((await complete(device)).ok().key_version).toBe(3);
    expect((await device.call('reset', { body: { confirm: 'erase my data' } })).ok().key_version).toBe(3);
    expect((await device.call('putKey', { body: { encrypted_key: 'c' } })).ok().key_version).toBe(4);
  });

  scenario('announces begin, completion and abort to the streams of the user [P-66]', async (f) => {
    const laptop = await openKeyed(f, 0);
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    await begin(laptop, 'new');
    expect(await stream.nextEvent()).toMatchObject({ event: 'keys', data: '{"key_version":2}' });
    (await complete(laptop)).ok();
    expect(await stream.nextEvent()).toMatchObject({ event: 'keys', data: '{"key_version":2}' });
    await begin(laptop, 'newer');
    expect(await stream.nextEvent()).toMatchObject({ event: 'keys', data: '{"key_version":3}' });
    (await laptop.call('abortRotation')).ok();
    expect(await stream.nextEvent()).toMatchObject({ event: 'keys', data: '{"key_version":2}' });
  });

  scenario('keeps rotations of two users apart [P-7]', async (f) => {
    const device = await openKeyed(f, 2);
    const other = await f.device(await f.caller(device.app));
    (await other.call('putKey', { body: { encrypted_key: 'other' } })).ok();
    await begin(device, 'new');
    (await other.call('rotationEntries', { body: {} })).refusal('no_rotation');
    expect(await begin(other, 'new')).toEqual({ key_version: 2, remaining: 0 });
    (await batch(other, [{ seq: 1, data: 'stolen' }])).refusal('unknown_entry');
    expect(await entriesOf(device)).toHaveLength(2);
  });
};
