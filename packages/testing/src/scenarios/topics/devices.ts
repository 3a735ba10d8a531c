import { expect } from 'vitest';
import type { Topic } from '../scenario.js';

/** Devices: P-20 to P-24. */
export const devices: Topic = (scenario) => {
  scenario(
    'answers 201 for a new device and 200 for the same name, with platform and time refreshed [P-20]',
    async (f) => {
      const caller = await f.caller();
      const first = await caller.call('registerDevice', { body: { device_name: 'Laptop', platform: 'linux' } });
      expect(first.status).toBe(201);
      f.clock.advance(60_000);
      const second = await caller.call('registerDevice', { body: { device_name: 'Laptop', platform: 'windows' } });
      expect(second.status).toBe(200);
      const [created, found] = [first.ok(), second.ok()];
      expect(found).toEqual({ ...created, platform: 'windows', last_seen_at: found.last_seen_at });
      expect(Date.parse(found.last_seen_at) - Date.parse(created.last_seen_at)).toBe(60_000);
    },
  );

  scenario('makes one device of two requests at once [P-20]', async (f) => {
    const caller = await f.caller();
    for (const extra of [{}, { installation_id: 'same' }]) {
      const body = { device_name: 'Laptop', platform: 'linux', ...extra };
      const replies = await Promise.all(Array.from({ length: 8 }, () => caller.call('registerDevice', { body })));
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(new Set(replies.map((reply) => reply.ok().id)).size).toBe(1);
    }
  });

  scenario('trims the name and keeps 1 to 255 characters of it, counted in code points [P-20] [P-3]', async (f) => {
    const caller = await f.caller();
    const register = (name: string) => caller.call('registerDevice', { body: { device_name: name, platform: 'web' } });
    expect((await register('  Laptop\t\n')).ok().device_name).toBe('Laptop');
    expect((await register(' Laptop')).status).toBe(200);
    expect((await register('😀'.repeat(255))).status).toBe(201);
    expect((await register(` ${'x'.repeat(255)} `)).status).toBe(201);
    for (const name of ['', '   ', '\n', 'x'.repeat(256), '😀'.repeat(256)])
      (await register(name)).refusal('invalid_request');
  });

  scenario('takes exactly the six platforms [P-20]', async (f) => {
    const caller = await f.caller();
    const register = (platform: unknown) => caller.call('registerDevice', { body: { device_name: 'D', platform } });
    for (const platform of ['macos', 'windows', 'linux', 'ios', 'android', 'web']) (await register(platform)).ok();
    for (const platform of ['MacOS', 'plan9', '', null, 1, undefined])
      (await register(platform)).refusal('invalid_request');
  });

  scenario('identifies a device by its installation id, whose name is a label [P-21]', async (f) => {
    const caller = await f.caller();
    const register = async (name: string, installation?: string) =>
      (
        await caller.call('registerDevice', {
          body: { device_name: name, platform: 'linux', installation_id: installation },
        })
      ).ok();
    const one = await register('Laptop', 'one');
    const two = await register('Laptop', 'two');
    const named = await register('Laptop');
    expect(new Set([one.id, two.id, named.id]).size).toBe(3);
    expect(await register('Desktop', 'one')).toMatchObject({ id: one.id, device_name: 'Desktop' });
    expect(await register('Laptop')).toMatchObject({ id: named.id });
  });

  scenario('takes an installation id of 1 to 64 characters [P-21]', async (f) => {
    const caller = await f.caller();
    const register = (installation_id: string) =>
      caller.call('registerDevice', { body: { device_name: 'D', platform: 'linux', installation_id } });
    (await register('x')).ok();
    (await register('😀'.repeat(64))).ok();
    (await register('')).refusal('invalid_request');
    (await register('x'.repeat(65))).refusal('invalid_request');
  });

  scenario('answers the whole device everywhere, in order of creation [P-22]', async (f) => {
    const laptop = await f.device();
    f.clock.advance(1000);
    const phone = await f.device(laptop, 'Phone');
    await laptop.write('a', 'b');
    const list = (await laptop.call('listDevices')).ok();
    expect(list.map(({ id }) => id)).toEqual([laptop.id, phone.id]);
    expect(list[0]).toEqual({
      id: laptop.id,
      app_id: laptop.app.id,
      user_id: laptop.user.id,
      device_name: 'Laptop',
      platform: 'linux',
      created_at: expect.any(String),
      last_seen_at: expect.any(String),
      last_push: 2,
    });
    expect(list[1]).toMatchObject({ last_push: 0 });
  });

  scenario('lists only the devices of this user in this app [P-7] [P-22]', async (f) => {
    const laptop = await f.device();
    await f.device(await f.caller(laptop.app));
    await f.device(await f.logIn(await f.app(), laptop.user));
    expect((await laptop.call('listDevices')).ok().map(({ id }) => id)).toEqual([laptop.id]);
  });

  scenario('renames a device [P-23]', async (f) => {
    const laptop = await f.device();
    const rename = (device_name: string, id = laptop.id) =>
      laptop.call('renameDevice', { params: { device_id: id }, body: { device_name } });
    expect((await rename(' Desk ')).ok()).toMatchObject({ id: laptop.id, device_name: 'Desk' });
    (await rename('x'.repeat(256))).refusal('invalid_request');
    (await rename('Desk', 'unknown')).refusal('device_not_found');
    expect((await laptop.call('listDevices')).ok()).toMatchObject([{ device_name: 'Desk' }]);
  });

  scenario('keeps two devices apart when one takes the name of the other [P-23]', async (f) => {
    const laptop = await f.device();
    const desk = await f.device(laptop, 'Desk');
    await laptop.call('renameDevice', { params: { device_id: desk.id }, body: { device_name: 'Laptop' } });
    const found = await f.device(laptop, 'Laptop');
    expect(found.id).toBe(laptop.id);
    const again = await f.device(laptop, 'Desk');
    expect([laptop.id, desk.id]).not.toContain(again.id);
    expect((await laptop.call('listDevices')).ok()).toHaveLength(3);
  });

  scenario('removes a device once, and its history stays [P-24]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    const remove = () => laptop.call('deleteDevice', { params: { device_id: phone.id } });
    expect((await remove()).status).toBe(204);
    (await remove()).refusal('device_not_found');
    expect((await laptop.pullAll()).rowIds).toEqual(['a']);
    (await phone.push([])).refusal('unknown_device');
    (await phone.pull()).refusal('unknown_device');
    expect((await f.device(laptop, 'Phone')).id).not.toBe(phone.id);
  });
};
