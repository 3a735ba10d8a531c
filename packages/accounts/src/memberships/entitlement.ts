import type { Clock, Entitlement, Entitlements, Tier } from '@synckeep/core';
import type { Catalogue } from './catalogue.js';
import { type HeldRecords, isActive } from './held.js';

type Caps = Pick<Entitlement, 'blobLimit' | 'bytesLimit'>;

const unlimited: Caps = { blobLimit: null, bytesLimit: null };

const widest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

/** Who may sync an app that is linked to something paid (P-80). */
export const createEntitlements = (deps: {
  readonly catalogue: Catalogue;
  readonly heldRecords: HeldRecords;
  readonly clock: Clock;
  /** What is left to somebody whose membership lapsed. */
  readonly lapsedAccess: 'none' | 'read';
}): Entitlements => {
  const { catalogue, heldRecords, clock, lapsedAccess } = deps;
  return {
    async check({ userId }, { link }) {
      if (!link?.paid) return { access: 'full', ...unlimited };
      if (link.kind === 'item' && (await catalogue.findItem(link.id))?.paid === false)
        return { access: 'full', ...unlimited };
      const found = await heldRecords.users.get(userId);
      const held = found?.value.held ?? [];

      const tierIds = new Set(held.flatMap(({ product }) => (product.kind === 'tier' ? [product.id] : [])));
      const tiers = await Promise.all([...tierIds].map((id) => catalogue.findTier(id)));
      const opens = ({ id, itemId }: Tier) => (link.kind === 'tier' ? id === link.id : itemId === link.id);
      const capsByTier = new Map(
        tiers.flatMap((tier) => (tier && opens(tier) ? [[tier.id, tier satisfies Caps] as const] : [])),
      );
      const capsOf = ({ product }: (typeof held)[number]): Caps | undefined => {
        if (product.kind === 'tier') return capsByTier.get(product.id);
        return link.kind === 'item' && product.id === link.id ? unlimited : undefined;
      };

      const fitting = held.flatMap((each) => {
        const caps = capsOf(each);
        return caps ? [{ isActive: isActive(each, clock.now()), hasBegun: each.startsAt <= clock.now(), caps }] : [];
      });
      const [first, ...others] = fitting.filter((each) => each.isActive).map(({ caps }) => caps);
      if (!first) return { access: fitting.some(({ hasBegun }) => hasBegun) ? lapsedAccess : 'none', ...unlimited };
      return others.reduce<Entitlement>(
        (all, each) => ({
          access: 'full',
          blobLimit: widest(all.blobLimit, each.blobLimit),
          bytesLimit: widest(all.bytesLimit, each.bytesLimit),
        }),
        { access: 'full', blobLimit: first.blobLimit, bytesLimit: first.bytesLimit },
      );
    },
  };
};
