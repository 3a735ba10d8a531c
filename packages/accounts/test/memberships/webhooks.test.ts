import { listAudit, toUuid } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { day, openShop, type Shop } from './open-shop.js';

const open = async () => {
  const shop = await openShop();
  await shop.putItem({ id: 'notes', name: 'Notes', paid: true });
  await shop.putTier({ id: 'gold', itemId: 'notes' });
  await shop.link({ kind: 'item', id: 'notes', paid: true });
  return shop;
};

const seconds = (shop: Shop): number => Math.floor(shop.clock.now() / 1000);
const month = 30 * 86_400;
let count = 0;

const toEvent = (type: string, created: number, object: object) => ({
  ...{ id: `evt_${++count}`, object: 'event', api_version: '2025-09-30.clover', type, created, livemode: false },
  data: { object },
});

/** A subscription of Anna to the tier gold, for a month from `start`, in the shape of API versions since 2025-03-31. */
const toSubscription = (start: number, more: object = {}) => ({
  ...{ id: 'sub_anna', object: 'subscription', status: 'active', created: start, start_date: start },
  ...{ cancel_at: null, cancel_at_period_end: false, canceled_at: null, ended_at: null, customer: 'cus_1' },
  items: { object: 'list', data: [{ id: 'si_1', current_period_start: start, current_period_end: start + month }] },
  metadata: { synckeep_user: 'anna', synckeep_tier: 'gold' },
  ...more,
});

const periods = (start: number) => ({
  items: { object: 'list', data: [{ current_period_start: start, current_period_end: start + month }] },
});

const access = async (shop: Shop) => (await shop.accessOf('anna')).access;

describe('the signature of a webhook', () => {
  it('is over the time and the bytes as they came, by any of the secrets [P-166]', async () => {
    const shop = await open();
    const at = seconds(shop);
    const event = toEvent('customer.subscription.created', at, toSubscription(at));
    const forged = { code: 'invalid_webhook' };
    expect((await shop.webhook(event, { key: 'whsec_other' })).body).toMatchObject(forged);
    expect((await shop.webhook(event, { body: JSON.stringify(event, null, 1) })).body).toMatchObject(forged);
    expect((await shop.call('POST', '/webhooks/stripe', 'anna', event)).body).toMatchObject(forged);
    expect(await access(shop)).toBe('none');
    expect((await shop.webhook(event, { key: 'whsec_former' })).body).toEqual({ result: 'applied' });
    expect(await access(shop)).toBe('full');
  });

  it('is refused 5 minutes before and after its time, so that a recorded request is worth nothing [P-166]', async () => {
    const shop = await open();
    const at = seconds(shop);
    const event = toEvent('customer.subscription.created', at, toSubscription(at));
    for (const late of [301, -301])
      expect((await shop.webhook(event, { at: at + late })).body).toMatchObject({ code: 'invalid_webhook' });
    expect((await shop.webhook(event, { at: at - 300 })).body).toEqual({ result: 'applied' });
  });

  it('is asked for of providers that are set up, and the body must be an event [P-166]', async () => {
    const shop = await open();
    expect((await shop.webhook({}, { provider: 'paddle' })).body).toMatchObject({ code: 'webhook_not_found' });
    expect((await shop.webhook({ id: 'evt' })).body).toMatchObject({ code: 'invalid_request' });
    const at = seconds(shop);
    const broken = toEvent('customer.subscription.updated', at, { id: 'sub_1' });
    expect((await shop.webhook(broken)).body).toMatchObject({ code: 'invalid_request' });
    const alone = await openShop({ providers: [] });
    expect((await alone.webhook({})).body).toMatchObject({ code: 'webhook_not_found' });
  });
});

describe('an event', () => {
  it('counts once, however often and however close together it comes [P-166]', async () => {
    const shop = await open();
    const at = seconds(shop);
    const event = toEvent('customer.subscription.created', at, toSubscription(at));
    const results = await Promise.all(Array.from({ length: 8 }, () => shop.webhook(event)));
    const said = results.map(({ body }) => body.result);
    expect(said.filter((result) => result === 'applied')).toHaveLength(1);
    expect(said.filter((result) => result === 'repeated' || result === 'outdated')).toHaveLength(7);
    expect((await shop.memberships.list({}, { after: null, limit: 10 })).memberships).toHaveLength(1);
    const { rows } = await listAudit(shop.storage.records, { action: 'membership.grant' }, { after: null, limit: 10 });
    expect(rows).toMatchObject([
      { actor: { kind: 'webhook', id: 'stripe' }, subject: { kind: 'user', id: toUuid('anna') } },
    ]);
  });

  it('has the same effect in whatever order the events of a subscription come [P-166]', async () => {
    const start = Date.UTC(2030, 0, 1) / 1000;
    const events = [
      toEvent('customer.subscription.created', start, toSubscription(start, { status: 'incomplete' })),
      toEvent('customer.subscription.updated', start, toSubscription(start)),
      toEvent('customer.subscription.updated', start + month, toSubscription(start, periods(start + month))),
      toEvent('customer.subscription.deleted', start + month + 7, {
        ...toSubscription(start, { status: 'canceled', ended_at: start + month + 7, ...periods(start + month) }),
      }),
    ];
    const orders = events.flatMap((_, a) =>
      events.flatMap((_, b) =>
        events.flatMap((_, c) => (new Set([a, b, c]).size === 3 ? [[a, b, c, 6 - a - b - c]] : [])),
      ),
    );
    expect(orders).toHaveLength(24);
    const ends = new Set<string>();
    for (const order of orders) {
      const shop = await open();
      for (const n of order) await shop.webhook(events[n] ?? {});
      const { memberships } = await shop.memberships.list({}, { after: null, limit: 10 });
      ends.add(
        JSON.stringify(memberships.map(({ startsAt, endsAt, graceSeconds }) => [startsAt, endsAt, graceSeconds])),
      );
    }
    expect([...ends]).toEqual([JSON.stringify([[start * 1000, (start + month + 7) * 1000, 0]])]);
  });

  it('is ignored when it is of something else, or names no user; and asks to be sent again when its tier is not there', async () => {
    const shop = await open();
    const at = seconds(shop);
    const send = async (type: string, object: object) => (await shop.webhook(toEvent(type, at, object))).body;
    const ignored = { result: 'ignored' };
    expect(await send('invoice.paid', { id: 'in_1' })).toEqual(ignored);
    expect(await send('customer.subscription.created', toSubscription(at, { metadata: {} }))).toEqual(ignored);
    const nobody = { metadata: { synckeep_tier: 'gold' } };
    expect(await send('customer.subscription.created', toSubscription(at, nobody))).toEqual(ignored);
    const silver = { metadata: { synckeep_user: 'anna', synckeep_tier: 'silver' } };
    const refused = await send('customer.subscription.created', toSubscription(at, silver));
    expect(refused).toMatchObject({ code: 'unknown_product' });
  });
});

describe('a subscription at Stripe', () => {
  it('stays open over its grace when a renewal fails, and closes then [P-80]', async () => {
    const shop = await open();
    const start = seconds(shop);
    await shop.webhook(toEvent('customer.subscription.created', start, toSubscription(start)));
    shop.clock.advance(month * 1000);
    expect(await access(shop)).toBe('full');
    const late = { status: 'past_due', ...periods(start + month) };
    await shop.webhook(toEvent('customer.subscription.updated', seconds(shop), toSubscription(start, late)));
    shop.clock.advance(3 * day - 1);
    expect(await access(shop)).toBe('full');
    shop.clock.advance(1);
    expect(await access(shop)).toBe('none');
    const paid = toSubscription(start, periods(start + month));
    await shop.webhook(toEvent('customer.subscription.updated', seconds(shop), paid));
    expect(await access(shop)).toBe('full');
  });

  it.each([
    ['trialing', {}, 'full'],
    ['incomplete', {}, 'none'],
    ['incomplete_expired', {}, 'none'],
    ['unpaid', {}, 'none'],
    ['paused', {}, 'none'],
    ['canceled', { ended_at: Date.UTC(2030, 0, 1) / 1000 }, 'none'],
    ['active', { cancel_at: Date.UTC(2030, 0, 1) / 1000 - 4 * 86_400 }, 'none'],
  ])('that is %s %j leaves %s', async (status, more, expected) => {
    const shop = await open();
    const start = seconds(shop);
    await shop.webhook(toEvent('customer.subscription.updated', start, toSubscription(start, { status, ...more })));
    expect(await access(shop)).toBe(expected);
  });

  it('may have its period where API versions before 2025-03-31 had it', async () => {
    const shop = await open();
    const start = seconds(shop);
    const old = { items: { data: [{}] }, current_period_start: start, current_period_end: start + month };
    await shop.webhook(toEvent('customer.subscription.created', start, toSubscription(start, old)));
    shop.clock.advance((month + 3 * 86_400) * 1000 - 1);
    expect(await access(shop)).toBe('full');
    shop.clock.advance(1);
    expect(await access(shop)).toBe('none');
  });
});

describe('a payment at Stripe', () => {
  const toCheckout = (created: number, more: object = {}) => ({
    ...{ id: 'cs_1', object: 'checkout.session', mode: 'payment', payment_status: 'paid', created },
    ...{ payment_intent: 'pi_1', client_reference_id: 'anna', metadata: { synckeep_item: 'notes' }, ...more },
  });
  const toCharge = (created: number) => ({
    ...{ id: 'ch_1', object: 'charge', created, refunded: true, payment_intent: 'pi_1' },
    metadata: { synckeep_user: 'anna', synckeep_item: 'notes' },
  });

  it('is a purchase without end, until all of it is given back [P-163]', async () => {
    const shop = await open();
    const at = seconds(shop);
    await shop.webhook(toEvent('checkout.session.completed', at, toCheckout(at, { payment_status: 'unpaid' })));
    expect(await access(shop)).toBe('none');
    await shop.webhook(toEvent('checkout.session.async_payment_succeeded', at, toCheckout(at)));
    shop.clock.advance(5000 * day);
    expect(await access(shop)).toBe('full');
    await shop.webhook(toEvent('charge.refunded', seconds(shop), toCharge(at)));
    expect(await access(shop)).toBe('none');
  });

  it('that was given back before it was heard of opens nothing [P-166]', async () => {
    const shop = await open();
    const at = seconds(shop);
    await shop.webhook(toEvent('charge.refunded', at + 60, toCharge(at)));
    expect((await shop.webhook(toEvent('checkout.session.completed', at, toCheckout(at)))).body).toEqual({
      result: 'outdated',
    });
    expect(await access(shop)).toBe('none');
  });
});

describe('an erased user', () => {
  it('is forgotten with everything bought, and no event of that time brings anything back [P-92]', async () => {
    const shop = await open();
    const at = seconds(shop);
    await shop.webhook(toEvent('customer.subscription.created', at, toSubscription(at)));
    const user = toUuid('anna');
    expect(shop.dump()).toContain(user);
    shop.clock.advance(1000);
    await shop.server.eraseUser('anna');
    shop.clock.advance(month * 1000);
    const renewed = toSubscription(at, periods(at + month));
    expect((await shop.webhook(toEvent('customer.subscription.updated', seconds(shop), renewed))).body).toEqual({
      result: 'ignored',
    });
    for (const name of [user, 'sub_anna']) expect(shop.dump()).not.toContain(name);
    const anew = toSubscription(seconds(shop), { id: 'sub_anew' });
    await shop.webhook(toEvent('customer.subscription.created', seconds(shop), anew));
    expect(await access(shop)).toBe('full');
  });

  it('gets nothing from an event that was on its way when the erasing began [P-92]', async () => {
    const shop = await open();
    const at = seconds(shop);
    const webhooks = Array.from({ length: 20 }, (_, n) =>
      shop.webhook(toEvent('customer.subscription.created', at, toSubscription(at, { id: `sub_${n}` }))),
    );
    await shop.server.eraseUser('anna');
    await Promise.all(webhooks);
    expect(shop.dump()).not.toContain(toUuid('anna'));
  });
});
