import { expect } from 'vitest';
import { newBatch, newChange } from '../../contracts/samples.js';
import { changes } from '../changes.js';
import { holdCall } from '../hold-call.js';
import type { Topic } from '../scenario.js';

const second = 1000;

/** Streams: P-70 to P-75. */
export const streams: Topic = (scenario) => {
  scenario('answers an event stream at once, that no proxy holds back [P-70]', async (f) => {
    const caller = await f.caller();
    const stream = await caller.subscribe();
    expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(stream.headers['cache-control']).toBe('no-store, no-transform');
    expect(stream.headers['x-accel-buffering']).toBe('no');
    expect((await stream.find(({ retry }) => retry !== null))?.retry).toMatch(/^[0-9]+$/);
  });

  scenario('sends a keepalive every 30 s [P-70]', async (f) => {
    const caller = await f.caller();
    const stream = await caller.subscribe();
    const start = f.clock.now();
    for (let n = 1; n <= 3; n++) {
      await stream.eventsUntilKeepalive();
      const passed = f.clock.now() - start;
      expect(Math.round(passed / (30 * second))).toBe(n);
    }
  });

  scenario('announces what others pushed, with the cursor of the head as id [P-70]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    const pushed = await phone.write('a');
    const event = await stream.nextEvent();
    expect(event).toMatchObject({ event: 'changed', data: '{}', id: expect.any(String) });
    expect((await laptop.pullAll({ cursor: event?.id })).rowIds).toEqual(['a']);
    expect(pushed.cursor).toEqual(expect.any(String));
    expect(await stream.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('does not announce a device its own pushes, and an unnamed stream all of them [P-71]', async (f) => {
    const laptop = await f.device();
    const named = await laptop.subscribe({ query: { device_id: laptop.id } });
    const unnamed = await laptop.subscribe();
    await laptop.write('own');
    expect(await unnamed.nextEvent()).toMatchObject({ event: 'changed' });
    expect(await named.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('announces nothing for an empty batch or a replay [P-70]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    (await phone.push(changes(1), { batch_id: 'b' })).ok();
    const { cursor } = await laptop.pullAll();
    await laptop.pull({ cursor });
    f.clock.advance(2 * second);
    await laptop.pull({ cursor });
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    (await phone.push(changes(1), { batch_id: 'b' })).ok();
    (await phone.push([])).ok();
    expect(await stream.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('announces nothing of another user or another app [P-7]', async (f) => {
    const laptop = await f.device();
    const stream = await laptop.subscribe();
    await (await f.device(await f.caller(laptop.app))).write('a');
    await (await f.device(await f.logIn(await f.app(), laptop.user))).write('b');
    expect(await stream.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('puts a burst together: at most one event in 100 ms [P-74]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    for (let n = 0; n < 20; n++) await phone.write(`row-${n}`);
    const events = await stream.eventsUntilKeepalive();
    expect(events.length).toBeGreaterThanOrEqual(1);
    expect(events.length).toBeLessThanOrEqual(2);
    const { latest_cursor } = (await phone.call('status')).ok();
    expect(events.every(({ event }) => event === 'changed')).toBe(true);
    expect((await laptop.pullAll({ cursor: events.at(-1)?.id })).rowIds).toHaveLength(20);
    expect(latest_cursor).toEqual(expect.any(String));
  });

  scenario('sends one changed at once when Last-Event-ID or ?cursor= lies behind the head [P-72]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    const behind = String((await laptop.call('status')).ok().latest_cursor);
    await phone.write('b');
    const head = String((await laptop.call('status')).ok().latest_cursor);
    const byHeader = await laptop.subscribe({ headers: { 'last-event-id': behind } });
    expect(await byHeader.nextEvent()).toMatchObject({ event: 'changed', data: '{}' });
    const byQuery = await laptop.subscribe({ query: { cursor: behind } });
    expect(await byQuery.nextEvent()).toMatchObject({ event: 'changed' });
    for (const input of [{ headers: { 'last-event-id': head } }, { query: { cursor: head } }]) {
      expect(await (await laptop.subscribe(input)).eventsUntilKeepalive()).toEqual([]);
    }
  });

  scenario('reads ?cursor= where Last-Event-ID is empty [P-72]', async (f) => {
    const device = await f.device();
    const behind = String((await device.call('status')).ok().latest_cursor);
    await device.write('a');
    const head = String((await device.call('status')).ok().latest_cursor);
    const headers = { 'last-event-id': '' };
    const late = await device.subscribe({ query: { cursor: behind }, headers });
    expect(await late.nextEvent()).toMatchObject({ event: 'changed', id: head });
    const level = await device.subscribe({ query: { cursor: head }, headers });
    expect(await level.eventsUntilKeepalive()).toEqual([]);
    (await device.call('subscribe', { query: { cursor: 'garbage' }, headers })).refusal('invalid_cursor');
  });

  scenario('sends one changed at once when the named device has not presented the head [P-72]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a');
    const behind = await laptop.subscribe({ query: { device_id: laptop.id } });
    expect(await behind.nextEvent()).toMatchObject({ event: 'changed' });
    const { cursor } = await laptop.pullAll();
    f.clock.advance(2 * second);
    await laptop.pull({ cursor });
    const level = await laptop.subscribe({ query: { device_id: laptop.id } });
    expect(await level.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('refuses another app, an unknown device and a broken cursor [P-71] [P-38] [P-41]', async (f) => {
    const laptop = await f.device();
    const other = await f.device(await f.caller(laptop.app));
    const refuse = (query: Record<string, string>) => laptop.call('subscribe', { query });
    (await refuse({ app_id: other.user.id })).refusal('app_mismatch');
    (await refuse({ device_id: other.id })).refusal('unknown_device');
    (await refuse({ device_id: 'nobody' })).refusal('unknown_device');
    (await refuse({ cursor: 'garbage' })).refusal('invalid_cursor');
    (await laptop.call('subscribe', { headers: { 'last-event-id': 'garbage' } })).refusal('invalid_cursor');
    await laptop.subscribe({ query: { app_id: laptop.app.id } });
  });

  scenario('takes a ticket once and for 60 seconds, and never a token in the query [P-73]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const issue = async () => (await laptop.call('subscribeTicket')).ok();
    const { ticket, expires_in } = await issue();
    expect(expires_in).toBe(60);
    const stream = await f.subscribe({ query: { ticket, device_id: laptop.id } });
    await phone.write('a');
    expect(await stream.nextEvent()).toMatchObject({ event: 'changed' });
    (await f.call('subscribe', { query: { ticket } })).refusal('invalid_ticket');
    const old = await issue();
    f.clock.advance(60 * second);
    (await f.call('subscribe', { query: { ticket: old.ticket } })).refusal('invalid_ticket');
    (await f.call('subscribe', { query: { ticket: 'invented' } })).refusal('invalid_ticket');
    for (const name of ['token', 'access_token', 'authorization', 'ticket']) {
      const reply = await f.call('subscribe', { query: { [name]: laptop.token } });
      expect([401, 422]).toContain(reply.status);
    }
    expect(f.log.text()).not.toContain(ticket);
  });

  scenario('takes a ticket once of ten that come at once [P-73]', async (f) => {
    const caller = await f.caller();
    const { ticket } = (await caller.call('subscribeTicket')).ok();
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => f.subscribe({ query: { ticket } })));
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  scenario('refuses a ticket of a user whose tokens were revoked since [P-14] [P-73]', async (f) => {
    const caller = await f.caller();
    const { ticket } = (await caller.call('subscribeTicket')).ok();
    await f.accounts.revokeTokens(caller.user.id);
    const reply = await f.call('subscribe', { query: { ticket } });
    expect(reply.status).toBe(401);
  });

  scenario('ends a stream when its token expires [P-74]', async (f) => {
    const { app, user } = await f.caller();
    const now = f.clock.now();
    const identity = { userId: user.id, appId: app.id, generation: 1, session: null, keyGeneration: 1 };
    const token = await f.accounts.sign({ ...identity, issuedAt: now, expiresAt: now + 40 * second });
    const stream = await f.subscribe({ token });
    await stream.eventsUntilKeepalive();
    expect(await stream.nextEvent()).toBeNull();
    expect(f.clock.now() - now).toBeGreaterThanOrEqual(40 * second);
    expect(f.clock.now() - now).toBeLessThan(60 * second);
  });

  scenario('ends the streams of a revoked user within 2 s, and no others [P-14] [P-74]', async (f) => {
    const caller = await f.caller();
    const other = await f.device(await f.caller(caller.app));
    const [ending, staying] = [await caller.subscribe(), await other.subscribe()];
    const start = f.clock.now();
    await f.accounts.revokeTokens(caller.user.id);
    expect(await ending.nextEvent()).toBeNull();
    expect(f.clock.now() - start).toBeLessThanOrEqual(2 * second);
    await other.write('a');
    expect(await staying.nextEvent()).toMatchObject({ event: 'changed' });
  });

  scenario(
    'ends the streams of a removed device, an erased app and a key without overlap [P-14] [P-16] [P-91]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(await f.logIn(laptop.app, laptop.user), 'Phone');
      const [ofPhone, ofLaptop] = [await phone.subscribe(), await laptop.subscribe()];
      (await laptop.call('deleteDevice', { params: { device_id: phone.id } })).ok();
      expect(await ofPhone.nextEvent()).toBeNull();
      await f.server.apps.rotateKey(laptop.app.id);
      expect(await ofLaptop.nextEvent()).toBeNull();
      const again = await f.caller();
      const ofApp = await again.subscribe();
      await f.server.eraseApp(again.app.id);
      expect(await ofApp.nextEvent()).toBeNull();
    },
  );

  scenario('ends the streams of a rotated key when its overlap ends, and not before [P-74] [P-91]', async (f) => {
    const caller = await f.caller();
    const [ofOld, start] = [await caller.subscribe(), f.clock.now()];
    const { apiKey } = (await f.server.apps.rotateKey(caller.app.id, { overlapSeconds: 60 })) ?? { apiKey: '' };
    const renewed = await f.logIn({ ...caller.app, apiKey }, caller.user);
    const ofNew = await renewed.subscribe();
    const late = await caller.subscribe();
    for (const stream of [ofOld, late]) {
      expect(await stream.nextEvent()).toBeNull();
      expect(f.clock.now() - start).toBeGreaterThanOrEqual(60 * second);
      expect(f.clock.now() - start).toBeLessThanOrEqual(62 * second);
    }
    (await caller.call('status')).refusal('invalid_token');
    await (await f.device(renewed)).write('a');
    expect(await ofNew.nextEvent()).toMatchObject({ event: 'changed' });
  });

  scenario(
    'ends a revoked stream also when the check of another one fails, and leaves that one open [P-74]',
    async (f) => {
      const app = await f.app();
      const faulty = await f.device(await f.caller(app));
      const revoked = await f.caller(app);
      // Whichever of them is checked first.
      const [early, ending, late] = [await faulty.subscribe(), await revoked.subscribe(), await faulty.subscribe()];
      const { authenticator } = f.accounts;
      const isCurrent = authenticator.isCurrent.bind(authenticator);
      authenticator.isCurrent = async (identity) => {
        if (identity.userId === faulty.user.id) throw new Error('The users of the host are away.');
        return isCurrent(identity);
      };
      const start = f.clock.now();
      await f.accounts.revokeTokens(revoked.user.id);
      expect(await ending.nextEvent()).toBeNull();
      expect(f.clock.now() - start).toBeLessThanOrEqual(2 * second);
      for (const stream of [early, late]) expect(await stream.eventsUntilKeepalive()).toEqual([]);
      await faulty.write('a');
      for (const stream of [early, late]) expect(await stream.nextEvent()).toMatchObject({ event: 'changed' });
      expect(f.log.messages('warn').join()).toContain('The users of the host are away.');
      // And is checked again as soon as that can be done.
      await f.accounts.revokeTokens(faulty.user.id);
      authenticator.isCurrent = isCurrent;
      for (const stream of [early, late]) expect(await stream.nextEvent()).toBeNull();
    },
  );

  scenario('opens no stream in an app that is paused meanwhile [P-93]', async (f) => {
    const device = await f.device();
    const held = holdCall(f.storage.deviceStore, 'get');
    const opening = device.call('subscribe', { query: { device_id: device.id } });
    await held.reached;
    await f.server.apps.update(device.app.id, { paused: true });
    f.clock.advance(2 * second);
    held.release();
    (await opening).refusal('app_paused');
  });

  scenario('ends the oldest of the same device, else of the user, at the 21st stream [P-75]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const first = await laptop.subscribe();
    const ofPhone = await laptop.subscribe({ query: { device_id: phone.id } });
    for (let n = 0; n < 18; n++) await laptop.subscribe({ query: { device_id: laptop.id } });
    const other = await (await f.caller(laptop.app)).subscribe();
    await laptop.subscribe({ query: { device_id: phone.id } });
    expect(await ofPhone.nextEvent()).toBeNull();
    await laptop.subscribe();
    expect(await first.nextEvent()).toBeNull();
    expect(await other.eventsUntilKeepalive()).toEqual([]);
  });

  scenario('ends every stream at a clean shutdown and opens none after it [P-74]', async (f) => {
    const caller = await f.caller();
    const stream = await caller.subscribe();
    f.server.endStreams();
    expect(await stream.nextEvent()).toBeNull();
    expect(await (await caller.subscribe()).nextEvent()).toBeNull();
    (await caller.call('status')).ok();
  });

  scenario('announces once more after a lost connection: nothing falls between pull and stream [P-72]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const first = await laptop.subscribe({ query: { device_id: laptop.id } });
    await phone.write('a');
    const seen = await first.nextEvent();
    first.close();
    await phone.write('b');
    const second = await laptop.subscribe({
      query: { device_id: laptop.id },
      headers: { 'last-event-id': seen?.id ?? '' },
    });
    expect(await second.nextEvent()).toMatchObject({ event: 'changed' });
  });

  scenario('finds by looking what nobody announced, as when a process dies after its commit [P-72]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    const scope = { appId: laptop.app.id, userId: laptop.user.id };
    await f.storage.changeLog.append(scope, newBatch(phone.id, [newChange('unannounced')], { now: f.clock.now() }));
    expect(await stream.nextEvent()).toMatchObject({ event: 'changed' });
  });

  scenario('ends the streams of an app that is paused [P-93]', async (f) => {
    const caller = await f.caller();
    const stream = await caller.subscribe();
    await f.server.apps.update(caller.app.id, { paused: true });
    expect(await stream.nextEvent()).toBeNull();
  });

  scenario('stays open through the lapse of a membership [P-80]', async (f) => {
    const app = await f.app({ link: { kind: 'item', id: 'pro', paid: true } });
    const caller = await f.caller(app);
    expect(await (await caller.subscribe()).eventsUntilKeepalive()).toEqual([]);
  });
};
