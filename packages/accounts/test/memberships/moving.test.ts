import { accountKinds, createMemberships } from '@synckeep/accounts';
import { exportData, importData, operator, type ScopeFilter, silentLog, toUuid } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createSeededRandom, createVirtualClock } from '@synckeep/testing';
import { expect, it } from 'vitest';

const whole = { after: null, limit: 100 };

const openServer = (seed: number) => {
  const storage = createMemoryStorage();
  const clock = createVirtualClock();
  const notifier = createMemoryNotifier();
  const parts = { records: storage.records, notifier, clock, random: createSeededRandom(seed), log: silentLog };
  const blobStore = createMemoryBlobStore({ baseUrl: () => 'http://sync.test', clock });
  return { storage, blobStore, clock, notifier, memberships: createMemberships(parts) };
};

const move = async (filter: ScopeFilter) => {
  const [from, to] = [openServer(1), openServer(2)];
  const { memberships } = from;
  await memberships.putItem({ id: 'notes', name: 'Notes', paid: true }, operator);
  for (const user of ['anna', 'ben'])
    await memberships.grant(user, { kind: 'item', id: 'notes' }, { startsAt: 1, endsAt: 2, graceSeconds: 3 }, operator);
  const source = exportData({ ...from, filter, blobs: 'inline', kinds: accountKinds });
  await importData({ ...to, source, kinds: accountKinds });
  const { memberships: held } = await to.memberships.list({}, whole);
  return {
    before: (await memberships.list({}, whole)).memberships,
    held,
    items: await to.memberships.listItems(whole),
  };
};

it('moves what a user has bought with the user, and nobody else’s', async () => {
  const { before, held, items } = await move({ appId: null, userId: 'anna' });
  expect(held).toEqual(before.filter(({ userId }) => userId === toUuid('anna')));
  expect(held).toHaveLength(1);
  expect(items).toEqual([]);
});

it('moves items, tiers and everything that was bought with the whole server', async () => {
  const { before, held, items } = await move({ appId: null, userId: null });
  expect(held).toEqual(before);
  expect(held).toHaveLength(2);
  expect(items).toMatchObject([{ id: 'notes' }]);
});
