import { createHash } from 'node:crypto';
import { operator } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { day, openShop, type Shop } from './open-shop.js';

const row = { table: 'notes', op: 'insert', row_id: 'a', timestamp: '2030-01-01T00:00:00Z', data: 'x' };
const hash = createHash('sha256').update('bytes').digest('hex');
const lapsed = { code: 'membership_required' };

/** Anna's calls in an app that is linked to the tier gold. */
const openAnna = async (shop: Shop) => {
  await shop.putTier({ id: 'gold' });
  await shop.link({ kind: 'tier', id: 'gold', paid: true });
  const device_id = await shop.device('anna');
  const call = (method: string, path: string, body?: object) => shop.call(method, path, 'anna', body);
  return {
    call,
    push: () => call('POST', '/push', { device_id, changes: [row] }),
    pull: () => call('POST', '/pull', { device_id }),
    grant: (startsAt: number, endsAt: number | null, graceSeconds = 0) =>
      shop.memberships.grant('anna', { kind: 'tier', id: 'gold' }, { startsAt, endsAt, graceSeconds }, operator),
  };
};

describe('a lapse', () => {
  it('closes push and pull 60 s after the end of the grace at the latest, and never before it [P-80] [P-82]', async () => {
    const shop = await openShop();
    const { push, pull, grant } = await openAnna(shop);
    const now = shop.clock.now();
    await grant(now, now + 30 * day, 7 * 86_400);
    shop.clock.advance(30 * day - 1);
    expect([(await push()).status, (await pull()).status]).toEqual([200, 200]);
    // The first clock runs out: the grace begins, and everything stays open.
    shop.clock.advance(1);
    expect((await push()).status).toBe(200);
    shop.clock.advance(7 * day - 1000);
    expect((await pull()).status).toBe(200);
    // The second one runs out while the grant is remembered.
    shop.clock.advance(1000);
    shop.clock.advance(59_000);
    for (const { status, body } of [await push(), await pull()]) {
      expect(status).toBe(403);
      expect(body).toMatchObject(lapsed);
    }
  });

  it('closes nothing but pushing and pulling [P-80]', async () => {
    const shop = await openShop();
    const { call, push, grant } = await openAnna(shop);
    const now = shop.clock.now();
    await grant(now, now + day);
    expect((await push()).status).toBe(200);
    const { upload_url } = (await call('POST', '/blobs/upload', { hash, size_bytes: 5 })).body;
    expect(upload_url).toContain('http');
    expect((await call('PUT', '/keys', { encrypted_key: 'k' })).status).toBe(200);
    expect((await call('POST', '/keys/rotate/begin', { new_encrypted_key: 'l' })).status).toBe(200);
    shop.clock.advance(day + 60_000);
    for (const [path, body] of [
      ['/push', { device_id: 'x', changes: [] }],
      ['/pull', { device_id: 'x' }],
      ['/keys/rotate/entries', {}],
      ['/keys/rotate/batch', { entries: [] }],
      ['/blobs/upload', { hash, size_bytes: 5 }],
      ['/blobs/confirm', { hash, size_bytes: 5 }],
    ] as const)
      expect([path, (await call('POST', path, body)).body]).toMatchObject([path, lapsed]);
    for (const [method, path, body] of [
      ['GET', '/devices'],
      ['POST', '/devices', { device_name: 'Phone', platform: 'ios' }],
      ['GET', '/status'],
      ['GET', '/keys'],
      ['POST', '/subscribe/ticket'],
      ['POST', '/keys/rotate/abort'],
      ['PUT', '/keys', { encrypted_key: 'm' }],
    ] as const)
      expect([path, (await call(method, path, body)).status]).toEqual([path, path === '/devices' && body ? 201 : 200]);
    expect((await call('POST', '/blobs/download', { hash })).body).toMatchObject({ code: 'blob_not_found' });
  });

  it('leaves pulling where the host wants that, to those alone who had paid once [P-81]', async () => {
    const shop = await openShop({ lapsedAccess: 'read' });
    const { push, pull, grant } = await openAnna(shop);
    expect((await pull()).body).toMatchObject(lapsed);
    const now = shop.clock.now();
    await grant(now, now + day);
    shop.clock.advance(day);
    expect((await pull()).status).toBe(200);
    expect((await push()).body).toMatchObject({ ...lapsed, details: { access: 'read' } });
    expect((await shop.accessOf('ben')).access).toBe('none');
  });
});

it('opens at once when it is renewed, and closes at once when it is ended [P-82]', async () => {
  const shop = await openShop();
  const { push, grant } = await openAnna(shop);
  const now = shop.clock.now();
  const { id } = await grant(now, now + day);
  shop.clock.advance(2 * day);
  expect((await push()).status).toBe(403);
  await shop.memberships.change('anna', id, { endsAt: shop.clock.now() + day }, operator);
  expect((await push()).status).toBe(200);
  await shop.memberships.change('anna', id, { endsAt: shop.clock.now() }, operator);
  expect((await push()).status).toBe(403);
});

it('opens when a membership begins, not when it is made', async () => {
  const shop = await openShop();
  const { push, grant } = await openAnna(shop);
  await grant(shop.clock.now() + day, null);
  expect((await push()).status).toBe(403);
  shop.clock.advance(day);
  expect((await push()).status).toBe(200);
});

describe('an app that is linked to an item', () => {
  const note = { id: 'notes', name: 'Notes', paid: true };
  const forever = { startsAt: 0, endsAt: null, graceSeconds: 0 };

  it('is open to everybody while the item is free, and closes when it is no longer [P-80]', async () => {
    const shop = await openShop();
    await shop.putItem({ ...note, paid: false });
    await shop.link({ kind: 'item', id: 'notes', paid: true });
    const access = async () => (await shop.call('GET', '/status', 'anna')).body.access;
    expect(await access()).toBe('full');
    await shop.putItem(note);
    expect(await access()).toBe('none');
    await shop.putItem({ ...note, paid: false });
    expect(await access()).toBe('full');
  });

  it('is open to whoever bought the item or is a member of one of its tiers, with the widest caps', async () => {
    const shop = await openShop();
    await shop.putItem(note);
    await shop.putTier({ id: 'small', itemId: 'notes', blobLimit: 10, bytesLimit: 100 });
    await shop.putTier({ id: 'large', itemId: 'notes', blobLimit: 5, bytesLimit: null });
    await shop.putTier({ id: 'other', blobLimit: null, bytesLimit: null });
    await shop.link({ kind: 'item', id: 'notes', paid: true });
    const give = (kind: 'item' | 'tier', id: string) => shop.memberships.grant('anna', { kind, id }, forever, operator);
    const closed = { access: 'none', blobLimit: null, bytesLimit: null };
    await give('tier', 'other');
    expect(await shop.accessOf('anna')).toEqual(closed);
    await give('tier', 'small');
    expect(await shop.accessOf('anna')).toEqual({ access: 'full', blobLimit: 10, bytesLimit: 100 });
    await give('tier', 'large');
    expect(await shop.accessOf('anna')).toEqual({ access: 'full', blobLimit: 10, bytesLimit: null });
    await give('item', 'notes');
    expect(await shop.accessOf('anna')).toEqual({ access: 'full', blobLimit: null, bytesLimit: null });
    expect(await shop.accessOf('ben')).toEqual(closed);
  });

  it('opens an app that is linked to a tier to members of that tier alone', async () => {
    const shop = await openShop();
    await shop.putItem(note);
    await shop.putTier({ id: 'gold', itemId: 'notes' });
    await shop.link({ kind: 'tier', id: 'gold', paid: true });
    await shop.memberships.grant('anna', { kind: 'item', id: 'notes' }, forever, operator);
    expect((await shop.accessOf('anna')).access).toBe('none');
    await shop.memberships.grant('anna', { kind: 'tier', id: 'gold' }, forever, operator);
    expect((await shop.accessOf('anna')).access).toBe('full');
    await shop.memberships.deleteTier('gold', operator);
    expect((await shop.accessOf('anna')).access).toBe('none');
  });
});
