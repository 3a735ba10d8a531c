import {
  type Audit,
  type AuditOrigin,
  type Clock,
  createCollection,
  type Item,
  type Memberships,
  type Notifier,
  type Product,
  type RecordPut,
  type Records,
  type Tier,
} from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { itemKind, tierKind } from './kinds.js';

type Catalogue = Pick<Memberships, 'listItems' | 'putItem' | 'deleteItem' | 'listTiers' | 'putTier' | 'deleteTier'> & {
  findItem(id: string): Promise<Item | null>;
  findTier(id: string): Promise<Tier | null>;
  /** @throws SyncError `unknown_product` */
  requireProduct(product: Product): Promise<void>;
};

/** Items and tiers. */
export const createCatalogue = (deps: {
  readonly records: Records;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly audit: Audit;
}): Catalogue => {
  const { records, notifier, clock, audit } = deps;
  const items = createCollection(records, clock, itemKind);
  const tiers = createCollection(records, clock, tierKind);

  const toEntry = (verb: string, { kind, id }: Product, origin: AuditOrigin): RecordPut =>
    audit.entry({ ...origin, action: `${kind}.${verb}`, appId: null, subject: { kind, id } });

  const write = async (put: RecordPut, product: Product, origin: AuditOrigin): Promise<void> => {
    await records.transact([put, toEntry('put', product, origin)], clock.now());
    notifier.publish({ topic: 'access' });
  };

  const remove = async (kind: string, product: Product, origin: AuditOrigin): Promise<boolean> => {
    const gone = { write: 'delete', kind, key: product.id, condition: 'present' } as const;
    const { done } = await records.transact([gone, toEntry('delete', product, origin)], clock.now());
    if (done) notifier.publish({ topic: 'access' });
    return done;
  };

  const findItem: Catalogue['findItem'] = async (id) => {
    const found = await items.get(id);
    return found && { id, ...found.value };
  };
  const findTier: Catalogue['findTier'] = async (id) => {
    const found = await tiers.get(id);
    return found && { id, ...found.value };
  };

  return {
    findItem,
    findTier,
    async requireProduct({ kind, id }) {
      const found = kind === 'item' ? await findItem(id) : await findTier(id);
      if (!found) throw new SyncError('unknown_product');
    },
    async listItems(page) {
      return (await items.find('all', '', page)).map(({ key, value }) => ({ id: key, ...value }));
    },
    putItem: ({ id, name, paid }, origin) => write(items.put(id, { name, paid }), { kind: 'item', id }, origin),
    deleteItem: (id, origin) => remove(itemKind.name, { kind: 'item', id }, origin),
    async listTiers(page) {
      return (await tiers.find('all', '', page)).map(({ key, value }) => ({ id: key, ...value }));
    },
    async putTier({ id, label, itemId, blobLimit, bytesLimit }, origin) {
      if (itemId !== null && !(await findItem(itemId))) throw new SyncError('unknown_product');
      await write(tiers.put(id, { label, itemId, blobLimit, bytesLimit }), { kind: 'tier', id }, origin);
    },
    deleteTier: (id, origin) => remove(tierKind.name, { kind: 'tier', id }, origin),
  };
};

export type { Catalogue };
