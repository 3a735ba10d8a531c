import {
  type Audit,
  type Clock,
  createAudit,
  createErasureGuards,
  type Log,
  type MembershipPage,
  type Memberships,
  type Notifier,
  type Random,
  type Records,
  randomUuid,
  toUuid,
} from '@synckeep/core';
import { createCatalogue } from './catalogue.js';
import { createEntitlements } from './entitlement.js';
import { addHeld, createHeldRecords, toMembership } from './held.js';
import { toProductIndex } from './kinds.js';
import { createWebhookReceiver } from './receive-webhook.js';
import type { WebhookProvider } from './webhook-provider.js';

export interface MembershipsOptions {
  /** Of the storage that the server has too. */
  readonly records: Records;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** `createAudit(…)` with a retention of one's own; rows are kept for 365 days by default. */
  readonly audit?: Audit | undefined;
  /** What is left to somebody whose membership lapsed: nothing (`none`, the default), or pulling (`read`). */
  readonly lapsedAccess?: 'none' | 'read' | undefined;
  /** Payment providers whose webhooks are taken, such as `createStripeWebhooks(…)`; none by default. */
  readonly providers?: readonly WebhookProvider[] | undefined;
  /** `built-in`: only users of this package can have anything. `of-host` (the default): whoever is named is believed to be one. */
  readonly users?: 'built-in' | 'of-host' | undefined;
}

/**
 * Items, tiers and what people have bought of them, kept in the records of the storage; the users may be anybody's. Give
 * it to `createSyncServer` as `memberships`.
 */
export const createMemberships = (options: MembershipsOptions): Memberships => {
  const { records, notifier, clock, random, log, lapsedAccess = 'none', providers = [] } = options;
  const { audit = createAudit({ clock, random }), users: whose = 'of-host' } = options;
  const catalogue = createCatalogue({ records, notifier, clock, audit });
  const guardOf = createErasureGuards({ records, clock, random });
  const heldRecords = createHeldRecords({ records, notifier, clock, audit, guardOf, users: whose });
  const { users, revise } = heldRecords;
  const { listItems, putItem, deleteItem, listTiers, putTier, deleteTier } = catalogue;

  return {
    ...createEntitlements({ catalogue, heldRecords, clock, lapsedAccess }),
    ...{ listItems, putItem, deleteItem, listTiers, putTier, deleteTier },

    async list({ userId, product }, page): Promise<MembershipPage> {
      const isWanted = (index: string) => product === undefined || toProductIndex(product) === index;
      if (userId !== undefined) {
        const found = await users.get(toUuid(userId));
        const held = found?.value.held.filter((each) => isWanted(toProductIndex(each.product))) ?? [];
        return { memberships: held.map((each) => toMembership(toUuid(userId), each)), next: null };
      }
      const [index, value] = product ? ['product', toProductIndex(product)] : ['all', ''];
      const found = await users.find(index, value, page);
      return {
        memberships: found.flatMap(({ key, value: { held } }) =>
          held.filter((each) => isWanted(toProductIndex(each.product))).map((each) => toMembership(key, each)),
        ),
        next: found.length < page.limit ? null : (found.at(-1)?.key ?? null),
      };
    },

    async grant(hostUserId, product, terms, origin) {
      const userId = toUuid(hostUserId);
      await catalogue.requireProduct(product);
      const { startsAt, endsAt, graceSeconds } = terms;
      const held = { id: randomUuid(random), product, startsAt, endsAt, graceSeconds, source: null };
      await revise(userId, origin, (before) => ({
        held: addHeld(before, held, clock.now()),
        audited: { verb: 'grant', held },
        answer: held,
      }));
      return toMembership(userId, held);
    },

    async change(hostUserId, membershipId, terms, origin) {
      const userId = toUuid(hostUserId);
      const changed = await revise(userId, origin, (held) => {
        const before = held.find(({ id }) => id === membershipId);
        if (!before) return null;
        const after = { ...before, ...terms };
        return {
          held: held.map((each) => (each === before ? after : each)),
          audited: { verb: 'change', held: after },
          answer: toMembership(userId, after),
        };
      });
      return changed === 'refused' ? null : changed;
    },

    async removeUser(userId) {
      await records.transact([users.delete(toUuid(userId))], clock.now());
    },

    receive: createWebhookReceiver({ records, catalogue, heldRecords, clock, random, log, providers }),
  };
};
