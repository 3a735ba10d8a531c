import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Topic } from '../scenario.js';
import { putUrl } from '../signed-url.js';

const confirm = 'erase my data';

/** Reset: P-69. */
export const reset: Topic = (scenario) => {
  scenario('drops log, envelopes, history and blobs of this user in this app, and nothing else [P-69]', async (f) => {
    const device = await f.device();
    const elsewhere = await f.device(await f.logIn(await f.app(), device.user));
    const other = await f.device(await f.caller(device.app));
    const bytes = new TextEncoder().encode('a file');
    const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
    for (const each of [device, elsewhere, other]) {
      await each.write('a');
      for (const encrypted_key of ['one', 'two']) (await each.call('putKey', { body: { encrypted_key } })).ok();
      const { upload_url } = (await each.call('uploadBlob', { body: blob })).ok();
      await putUrl(f, upload_url, bytes);
      (await each.call('confirmBlob', { body: blob })).ok();
    }
    expect((await device.call('reset', { body: { confirm } })).ok()).toEqual({ key_version: 1 });
    expect((await device.call('status')).ok()).toMatchObject({ total_changes: 0, bytes_used: 0, key_version: null });
    (await device.call('getKey')).refusal('key_not_found');
    expect((await device.call('keyHistory')).ok()).toEqual({ keys: [] });
    (await device.call('downloadBlob', { body: { hash: blob.hash } })).refusal('blob_not_found');
    expect((await device.pullAll()).rowIds).toEqual([]);
    expect((await device.call('listDevices')).ok()).toMatchObject([{ id: device.id }]);
    for (const each of [elsewhere, other]) {
      expect((await each.pullAll()).rowIds).toEqual(['a']);
      (await each.call('getKey')).ok();
      (await each.call('downloadBlob', { body: { hash: blob.hash } })).ok();
    }
  });

  scenario('asks for the exact sentence [P-69]', async (f) => {
    const device = await f.device();
    await device.write('a');
    for (const sentence of ['', 'yes', 'Erase my data', 'erase my data ']) {
      (await device.call('reset', { body: { confirm: sentence } })).refusal('confirmation_required');
    }
    expect((await device.call('status')).ok().total_changes).toBe(1);
  });

  scenario('asks for the password or a login of the last 5 minutes [P-17] [P-69]', async (f) => {
    const device = await f.device();
    await device.write('a');
    f.clock.advance(5 * 60_000 + 1000);
    (await device.call('reset', { body: { confirm } })).refusal('fresh_login_required');
    (await device.call('reset', { body: { confirm, password: 'wrong' } })).refusal('invalid_credentials');
    expect((await device.call('status')).ok().total_changes).toBe(1);
    (await device.call('reset', { body: { confirm, password: device.user.password } })).ok();
    expect((await device.call('status')).ok().total_changes).toBe(0);
  });

  scenario('refuses a wrong password also while the login is fresh [P-69]', async (f) => {
    const device = await f.device();
    await device.write('a');
    const reply = await device.call('reset', { body: { confirm, password: 'wrong' } });
    reply.refusal('invalid_credentials');
    expect(reply.status).toBe(401);
    expect((await device.call('status')).ok().total_changes).toBe(1);
    (await device.call('reset', { body: { confirm, password: null } })).ok();
    expect((await device.call('status')).ok().total_changes).toBe(0);
  });

  scenario('answers 0 where no key was ever stored, and can be repeated [P-69]', async (f) => {
    const device = await f.device();
    for (const _ of [1, 2])
      expect((await device.call('reset', { body: { confirm } })).ok()).toEqual({ key_version: 0 });
    await device.write('a');
    expect((await device.pullAll()).rowIds).toEqual(['a']);
  });

  scenario('forgets batch ids and presented places with the log [P-69]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('old');
    const { cursor } = await laptop.pullAll();
    await laptop.pull({ cursor });
    (await laptop.call('reset', { body: { confirm } })).ok();
    await phone.write('new');
    const pushed = await laptop.write('own');
    expect((await laptop.pullAll({ cursor: pushed.cursor })).rowIds).toContain('new');
  });

  scenario('ends a running rotation with the rest [P-69]', async (f) => {
    const device = await f.device();
    (await device.call('putKey', { body: { encrypted_key: 'one' } })).ok();
    (await device.call('beginRotation', { body: { new_encrypted_key: 'two' } })).ok();
    expect((await device.call('reset', { body: { confirm } })).ok()).toEqual({ key_version: 2 });
    (await device.call('completeRotation')).refusal('no_rotation');
    expect((await device.call('putKey', { body: { encrypted_key: 'three' } })).ok()).toEqual({ key_version: 3 });
  });
};
