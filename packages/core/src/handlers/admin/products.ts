import { SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { Tier } from '../../ports/index.js';
import type { Handler } from '../handler.js';
import { requireMemberships } from './memberships.js';
import { toNext, toPage } from './page.js';

const keyOf = ({ id }: { readonly id: string }): string => id;

const toTierAnswer = ({ id, label, itemId, blobLimit, bytesLimit }: Tier) => ({
  ...{ id, label, item_id: itemId, blob_limit: blobLimit, bytes_limit: bytesLimit },
});

export const listItems: Handler<'listItems'> = async ({ query }, deps) => {
  const page = toPage(query);
  const found = await requireMemberships(deps).listItems(page);
  return { status: 200, body: { items: found.map((item) => ({ ...item })), next: toNext(found, page, keyOf) } };
};

export const putItem: Handler<'putItem'> = async ({ caller, address, params, body }, deps) => {
  const item = { id: params.item_id, name: body.name, paid: body.paid ?? true };
  await requireMemberships(deps).putItem(item, toOrigin(caller, address));
  return { status: 200, body: item };
};

export const deleteItem: Handler<'deleteItem'> = async ({ caller, address, params }, deps) => {
  const isGone = await requireMemberships(deps).deleteItem(params.item_id, toOrigin(caller, address));
  if (!isGone) throw new SyncError('product_not_found');
  return { status: 204, body: null };
};

export const listTiers: Handler<'listTiers'> = async ({ query }, deps) => {
  const page = toPage(query);
  const found = await requireMemberships(deps).listTiers(page);
  return { status: 200, body: { tiers: found.map(toTierAnswer), next: toNext(found, page, keyOf) } };
};

export const putTier: Handler<'putTier'> = async ({ caller, address, params, body }, deps) => {
  const tier = {
    id: params.tier_id,
    label: body.label,
    itemId: body.item_id ?? null,
    blobLimit: body.blob_limit ?? null,
    bytesLimit: body.bytes_limit ?? null,
  };
  await requireMemberships(deps).putTier(tier, toOrigin(caller, address));
  return { status: 200, body: toTierAnswer(tier) };
};

export const deleteTier: Handler<'deleteTier'> = async ({ caller, address, params }, deps) => {
  const isGone = await requireMemberships(deps).deleteTier(params.tier_id, toOrigin(caller, address));
  if (!isGone) throw new SyncError('product_not_found');
  return { status: 204, body: null };
};
