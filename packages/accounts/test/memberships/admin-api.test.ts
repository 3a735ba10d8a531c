import { createMemberships } from '@synckeep/accounts';
import { operator, toUuid } from '@synckeep/core';
import { expect, it } from 'vitest';
import { createFixture } from '../accounts-fixture.js';
import { day, openShop } from './open-shop.js';

const start = '2030-01-01T00:00:00.000Z';
const whole = { after: null, limit: 200 };

it('makes, replaces, lists and removes items and tiers [P-162]', async () => {
  const { admin } = await openShop();
  const notes = { id: 'notes', name: 'Notes', paid: true };
  expect(await admin('PUT', '/items/notes', { name: 'Notes' })).toEqual({ status: 200, body: notes });
  await admin('PUT', '/items/notes', { name: 'Notes', paid: false });
  expect((await admin('GET', '/items')).body).toEqual({ items: [{ ...notes, paid: false }], next: null });
  const gold = { id: 'gold', label: 'Gold', item_id: 'notes', blob_limit: null, bytes_limit: 1024 };
  const body = { label: 'Gold', item_id: 'notes', bytes_limit: 1024 };
  expect(await admin('PUT', '/tiers/gold', body)).toEqual({ status: 200, body: gold });
  expect((await admin('PUT', '/tiers/gold', { ...body, item_id: 'none' })).body.code).toBe('unknown_product');
  expect((await admin('PUT', '/tiers/Gold', body)).body).toMatchObject({ details: { in: 'params' } });
  expect((await admin('GET', '/tiers')).body).toEqual({ tiers: [gold], next: null });
  for (const path of ['/tiers/gold', '/items/notes']) {
    expect((await admin('DELETE', path)).status).toBe(204);
    expect((await admin('DELETE', path)).body.code).toBe('product_not_found');
  }
});

it('links an app, and opens it again [P-162]', async () => {
  const { admin, appId, call } = await openShop();
  const access = async () => (await call('GET', '/status', 'anna')).body.access;
  await admin('PUT', '/items/notes', { name: 'Notes' });
  const link = { kind: 'item', id: 'notes' };
  expect((await admin('PUT', `/apps/${appId}/link`, link)).body).toMatchObject({ app_id: appId, link });
  expect(await access()).toBe('none');
  expect((await admin('GET', '/apps')).body.apps).toMatchObject([{ app_id: appId, name: 'Notes', link }]);
  expect((await admin('DELETE', `/apps/${appId}/link`)).status).toBe(204);
  expect(await access()).toBe('full');
  for (const [method, body] of [['PUT', link], ['DELETE']] as const)
    expect((await admin(method, `/apps/${toUuid('x')}/link`, body)).body.code).toBe('app_not_found');
});

it('grants, renews, shortens and ends what a user has [P-163]', async () => {
  const { admin, clock } = await openShop();
  await admin('PUT', '/tiers/gold', { label: 'Gold' });
  const path = '/users/anna/memberships';
  const granted = await admin('POST', path, { kind: 'tier', id: 'gold' });
  const expected = {
    ...{ id: expect.any(String), user_id: toUuid('anna'), kind: 'tier', product_id: 'gold' },
    ...{ starts_at: start, ends_at: null, grace_seconds: 0, source: null },
  };
  expect(granted).toEqual({ status: 201, body: expected });
  const change = (terms: object) => admin('PATCH', `${path}/${granted.body.id}`, terms);
  clock.advance(day);
  const ends_at = '2030-02-01T00:00:00.000Z';
  expect((await change({ ends_at, grace_seconds: 60 })).body).toEqual({ ...expected, ends_at, grace_seconds: 60 });
  expect((await change({ ends_at: null })).body).toMatchObject({ ends_at });
  expect((await change({ ends_at: 'never' })).body).toMatchObject({ ends_at: null });
  expect((await change({ ends_at: '2030-02-01T00:00:60Z' })).body).toMatchObject({ details: { pointer: '/ends_at' } });
  expect((await admin('PATCH', `${path}/none`, {})).body.code).toBe('membership_not_found');
  expect((await admin('POST', path, { kind: 'item', id: 'gold' })).body.code).toBe('unknown_product');
});

it('lists page by page, of a user and of a product [P-161] [P-163]', async () => {
  const { admin } = await openShop();
  for (const tier of ['gold', 'silver']) await admin('PUT', `/tiers/${tier}`, { label: tier });
  for (let n = 0; n < 5; n += 1)
    await admin('POST', `/users/user-${n}/memberships`, { kind: 'tier', id: n % 2 === 0 ? 'gold' : 'silver' });
  const walk = async (query: string) => {
    const pages: number[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await admin('GET', `/memberships?limit=2${query}${next && `&after=${next}`}`);
      pages.push(body.memberships.length);
      next = body.next;
    }
    return pages;
  };
  expect(await walk('')).toEqual([2, 2, 1]);
  expect(await walk('&tier=gold')).toEqual([2, 1]);
  expect(await walk('&item=gold')).toEqual([0]);
  expect(await walk(`&user_id=${toUuid('user-1')}`)).toEqual([1]);
  expect((await admin('GET', '/memberships?limit=0')).body.code).toBe('invalid_request');
});

it('writes who did it into the audit log and reads it from there [P-164]', async () => {
  const { admin } = await openShop();
  await admin('PUT', '/tiers/gold', { label: 'Gold' });
  await admin('POST', '/users/anna/memberships', { kind: 'tier', id: 'gold' });
  const { rows } = (await admin('GET', '/audit')).body;
  expect(rows.map(({ action }: { action: string }) => action)).toEqual([
    ...['membership.grant', 'tier.put', 'admin_token.create', 'app.create'],
  ]);
  const { subject: token } = rows[2];
  expect(rows[0]).toEqual({
    ...{ at: start, action: 'membership.grant', actor: { kind: 'admin', id: token.id }, app_id: null },
    ...{ subject: { kind: 'user', id: toUuid('anna') }, address: null },
    details: {
      membership: expect.any(String),
      product: 'tier:gold',
      starts_at: start,
      ends_at: null,
      grace_seconds: 0,
    },
  });
  const about = await admin('GET', `/audit?about=${token.id}&action=tier.put`);
  expect(about.body.rows).toEqual([rows[1]]);
  const first = (await admin('GET', '/audit?limit=1')).body;
  expect((await admin('GET', `/audit?limit=1&after=${first.next}`)).body.rows).toEqual([rows[1]]);
  expect((await admin('GET', `/audit?since=2030-01-02T00:00:00Z`)).body.rows).toEqual([]);
});

it('gives nothing to a user of this package who is not there, or is being removed [P-92]', async () => {
  const fixture = await createFixture();
  const { records, options, user, users } = fixture;
  const { notifier, clock, random, log } = options;
  const memberships = createMemberships({ records, notifier, clock, random, log, users: 'built-in' });
  await memberships.putTier({ id: 'gold', label: 'Gold', itemId: null, blobLimit: null, bytesLimit: null }, operator);
  const terms = { startsAt: 0, endsAt: null, graceSeconds: 0 };
  const grant = (userId: string) => memberships.grant(userId, { kind: 'tier', id: 'gold' }, terms, operator);
  await expect(grant(toUuid('nobody'))).rejects.toMatchObject({ code: 'user_not_found' });
  const granting = Promise.allSettled(Array.from({ length: 20 }, () => grant(user.id)));
  await users.remove(user.id);
  await memberships.removeUser(user.id);
  await granting;
  expect((await memberships.list({}, whole)).memberships).toEqual([]);
  await expect(grant(user.id)).rejects.toMatchObject({ code: 'user_not_found' });
});

it('keeps 100 of a user and lets those go that closed longest ago', async () => {
  const { memberships, putTier, clock } = await openShop();
  await putTier({ id: 'gold' });
  const grant = (endsAt: number | null) =>
    memberships.grant('anna', { kind: 'tier', id: 'gold' }, { startsAt: 0, endsAt, graceSeconds: 0 }, operator);
  const first = await grant(1000);
  for (let n = 0; n < 100; n += 1) await grant(clock.now() + day);
  const { memberships: held } = await memberships.list({ userId: 'anna' }, whole);
  expect(held).toHaveLength(100);
  expect(held.map(({ id }) => id)).not.toContain(first.id);
  await expect(grant(null)).rejects.toMatchObject({ code: 'too_many_memberships' });
});
