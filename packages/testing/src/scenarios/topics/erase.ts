import { createHash } from 'node:crypto';
import { type Authenticator, type Clock, toUuid } from '@synckeep/core';
import { expect } from 'vitest';
import { createCaller, type Device } from '../caller.js';
import type { Fixture } from '../fixture.js';
import { holdCall } from '../hold-call.js';
import type { Topic } from '../scenario.js';
import { putUrl } from '../signed-url.js';

const objects = async (f: Fixture): Promise<number> => (await f.blobStore.list(null, 1000)).length;

/** Somebody who has left a trace everywhere. */
const fill = async (f: Fixture, device: Device): Promise<void> => {
  await device.write('a', 'b');
  for (const encrypted_key of ['one', 'two']) (await device.call('putKey', { body: { encrypted_key } })).ok();
  (await device.call('beginRotation', { body: { new_encrypted_key: 'three' } })).ok();
  (await device.call('rotationBatch', { body: { entries: [{ seq: 1, data: 'new' }] } })).ok();
  (await device.call('subscribeTicket')).ok();
  for (const name of ['kept', 'open']) {
    const bytes = new TextEncoder().encode(`${name} of ${device.user.id}`);
    const body = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
    await putUrl(f, (await device.call('uploadBlob', { body })).ok().upload_url, bytes);
    if (name === 'kept') (await device.call('confirmBlob', { body })).ok();
  }
};

/** A host with users of its own; a token is the name of a user and the id of an app, as JSON. */
const createHostAuthenticator = (clock: Clock): Authenticator => {
  const start = clock.now();
  return {
    async authenticate(token) {
      const [name, appId]: string[] = JSON.parse(token);
      if (name === undefined || appId === undefined) return null;
      const times = { issuedAt: start, expiresAt: start + 3_600_000 };
      return { userId: toUuid(name), appId, generation: 0, session: null, keyGeneration: null, ...times };
    },
    isCurrent: async ({ expiresAt }) => expiresAt > clock.now(),
  };
};

/** Erase: P-92. */
export const erase: Topic = (scenario) => {
  scenario('leaves no row and no blob that mentions an erased user, in any app [P-92]', async (f) => {
    const device = await f.device();
    const elsewhere = await f.device(await f.logIn(await f.app(), device.user));
    const other = await f.device(await f.caller(device.app));
    await fill(f, other);
    const before = await objects(f);
    for (const each of [device, elsewhere]) await fill(f, each);
    expect(await f.dump()).toContain(device.user.id);
    await f.server.eraseUser(device.user.id);
    const dump = await f.dump();
    for (const id of [device.user.id, device.id, elsewhere.id]) expect(dump).not.toContain(id);
    expect(await objects(f)).toBe(before);
    expect((await other.pullAll()).rowIds).toEqual(['a', 'b']);
    expect((await other.call('keyHistory')).ok().keys).toHaveLength(1);
  });

  scenario('refuses the tokens of an erased user from its first step on, for ever [P-92]', async (f) => {
    const device = await f.device();
    await device.write('a');
    const { ticket } = (await device.call('subscribeTicket')).ok();
    const stream = await device.subscribe();
    await f.server.eraseUser(device.user.id);
    expect(await stream.nextEvent()).toBeNull();
    f.clock.advance(2000);
    (await device.call('status')).refusal('invalid_token');
    (await device.push([])).refusal('invalid_token');
    (await f.call('subscribe', { query: { ticket } })).refusal('invalid_ticket');
    f.clock.advance(3 * 24 * 3_600_000);
    await f.maintain();
    (await device.call('listDevices')).refusal('invalid_token');
  });

  scenario(
    'lets an erased user of a host with users of its own begin anew with a later token [P-92]',
    async (f) => {
      const device = await f.device();
      await device.write('a');
      await f.server.eraseUser(device.user.id);
      f.clock.advance(2000);
      const again = await f.device(await f.logIn(device.app, device.user));
      expect((await again.pullAll()).rowIds).toEqual([]);
      await again.write('b');
      expect((await again.pullAll()).rowIds).toEqual(['b']);
    },
    { areUsersOfHost: true },
  );

  scenario('leaves no row and no blob that mentions an erased app, and other apps as they were [P-92]', async (f) => {
    const device = await f.device();
    const elsewhere = await f.device(await f.logIn(await f.app(), device.user));
    await fill(f, elsewhere);
    const before = await objects(f);
    await fill(f, device);
    await fill(f, await f.device(await f.caller(device.app)));
    expect(await f.server.eraseApp(device.app.id)).toBe(true);
    expect(await f.dump()).not.toContain(device.app.id);
    expect(await objects(f)).toBe(before);
    f.clock.advance(2000);
    (await device.call('status')).refusal('invalid_token');
    expect((await elsewhere.pullAll()).rowIds).toEqual(['a', 'b']);
    expect(await f.server.eraseApp(device.app.id)).toBe(false);
    expect(await f.server.apps.get(device.app.id)).toBeNull();
  });

  scenario('stores nothing of pushes that race with the erase [P-92]', async (f) => {
    const device = await f.device();
    const pushing = Promise.all(Array.from({ length: 20 }, (_, n) => device.push([{ ...row, row_id: `r${n}` }])));
    await f.server.eraseUser(device.user.id);
    for (const { status } of await pushing) expect([200, 401, 403]).toContain(status);
    expect(await f.dump()).not.toContain(device.user.id);
  });

  for (const [what, eraseIt] of [
    ['user', (f: Fixture, { user }: Device) => f.server.eraseUser(user.id)],
    ['app', (f: Fixture, { app }: Device) => f.server.eraseApp(app.id)],
  ] as const) {
    scenario(
      `issues no ticket once the ${what} is erased, also to a token that was let in before [P-92]`,
      async (f) => {
        const device = await f.device();
        const held = holdCall(f.storage.records, 'transact', (writes) =>
          writes.some(({ kind, write }) => kind === 'ticket' && write === 'put'),
        );
        const asking = device.call('subscribeTicket');
        await held.reached;
        await eraseIt(f, device);
        held.release();
        (await asking).refusal('invalid_token');
        expect(await f.dump()).not.toContain(device.user.id);
      },
    );
  }

  scenario(
    'takes the id that the host knows its user by, and erases and renews that user and no other [P-2] [P-92]',
    async (f) => {
      const app = await f.app();
      const open = async (name: string) => {
        const token = JSON.stringify([name, app.id]).replaceAll(' ', '');
        return f.device(createCaller(f, app, { id: toUuid(name), email: '', password: '' }, token));
      };
      const [gone, other] = [await open('host-user-17'), await open('host-user-18')];
      for (const device of [gone, other]) await device.write('a');
      const { cursor } = await gone.pullAll();
      expect(await f.server.renewEpochs({ appId: null, userId: 'host-user-17' })).toBe(1);
      (await gone.pull({ cursor })).refusal('cursor_expired');
      await f.server.eraseUser('host-user-17');
      for (const id of [toUuid('host-user-17'), gone.id]) expect(await f.dump()).not.toContain(id);
      f.clock.advance(2000);
      (await gone.call('status')).refusal('invalid_token');
      expect((await other.pullAll()).rowIds).toEqual(['a']);
    },
    (clock) => ({ options: { login: null, authenticator: createHostAuthenticator(clock) } }),
  );

  scenario('can be called again, also for a user who is not there [P-92]', async (f) => {
    const device = await f.device();
    for (const _ of [1, 2]) await f.server.eraseUser(device.user.id);
    await f.server.eraseUser('00000000-0000-4000-8000-000000000000');
    expect(await f.dump()).not.toContain(device.user.id);
  });
};

const row = { table: 't', op: 'insert', timestamp: '2026-03-13T10:05:00Z' };
