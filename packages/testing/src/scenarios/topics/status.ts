import { features, limits, protocolVersion, version } from '@synckeep/protocol';
import { expect } from 'vitest';
import { change } from '../changes.js';
import type { Topic } from '../scenario.js';

/** Status and limits: P-50 and P-51. */
export const status: Topic = (scenario) => {
  scenario('answers the state of an empty log [P-50]', async (f) => {
    const caller = await f.caller();
    const answer = (await caller.call('status')).ok();
    expect(answer).toMatchObject({
      total_changes: 0,
      key_version: null,
      bytes_used: 0,
      bytes_limit: null,
      access: 'full',
    });
    expect(Date.parse(answer.server_time)).toBe(f.clock.now());
  });

  scenario('counts changes, bytes and keys [P-50]', async (f) => {
    const device = await f.device();
    (
      await device.push([
        change('a', { data: 'x'.repeat(10) }),
        change('b', { data: null }),
        change('a', { op: 'delete', data: 'yy' }),
      ])
    ).ok();
    (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
    (await device.call('uploadBlob', { body: { hash: 'a'.repeat(64), size_bytes: 100 } })).ok();
    expect((await device.call('status')).ok()).toMatchObject({ total_changes: 3, key_version: 1, bytes_used: 112 });
  });

  scenario('answers a latest cursor that skips nothing when it is given to pull [P-48] [P-50]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    const { latest_cursor } = (await laptop.call('status')).ok();
    expect((await laptop.pullAll({ cursor: latest_cursor })).rowIds).toEqual(['a']);
  });

  scenario('answers every limit without a token [P-51]', async (f) => {
    const answer = (await f.call('limits')).ok();
    expect(answer).toMatchObject({ protocol: protocolVersion, version, features: [...features], rate_limits: null });
    expect(Object.values(answer.limits).sort()).toEqual(Object.values(limits).sort());
    expect(answer.limits).toMatchObject({
      changes_per_push: 500,
      bytes_per_push: 16 * 1024 * 1024,
      encrypted_key_characters: 4096,
    });
  });
};
