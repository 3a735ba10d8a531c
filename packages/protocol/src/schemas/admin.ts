import { z } from 'zod';
import { count, id, text, timestamp, timestampPattern } from './text.js';

/** Of an item or a tier: chosen by the administrator. */
const slug = text(1, 64, /^[a-z0-9][a-z0-9._-]*$/u);
const kind = z.enum(['item', 'tier']);
const name = text(1, 200);
const end = z
  .string()
  .max(64)
  .regex(new RegExp(`^(?:never|${timestampPattern})$`));
const seconds = z
  .int()
  .min(0)
  .max(3650 * 86_400);

export const page = {
  /** The `next` of the page before. */
  after: text(1, 200).optional(),
  limit: text(1, 3, /^[1-9][0-9]*$/u).optional(),
};

export const adminPageQuery = z.object(page);

export const appParams = z.object({ app_id: id });
export const linkAppRequest = z.object({ kind, id: slug });

const item = z.looseObject({ id: z.string(), name: z.string(), paid: z.boolean() });
export const adminItems = z.looseObject({ items: item.array(), next: z.string().nullable() });
export const itemParams = z.object({ item_id: slug });
export const putItemRequest = z.object({ name, paid: z.boolean().nullish() });
export const itemAnswer = item;

const tier = z.looseObject({
  id: z.string(),
  label: z.string(),
  item_id: z.string().nullable(),
  blob_limit: count(1).nullable(),
  bytes_limit: count(1).nullable(),
});
export const adminTiers = z.looseObject({ tiers: tier.array(), next: z.string().nullable() });
export const tierParams = z.object({ tier_id: slug });
export const putTierRequest = z.object({
  label: name,
  item_id: slug.nullish(),
  blob_limit: count(1).nullish(),
  bytes_limit: count(1).nullish(),
});
export const tierAnswer = tier;

const membership = z.looseObject({
  id: z.string(),
  user_id: z.string(),
  kind,
  product_id: z.string(),
  starts_at: timestamp,
  ends_at: timestamp.nullable(),
  grace_seconds: count(),
  source: z.looseObject({ provider: z.string(), reference: z.string() }).nullable(),
});
export const adminMemberships = z.looseObject({ memberships: membership.array(), next: z.string().nullable() });
export const membershipsQuery = z.object({
  ...page,
  user_id: id.optional(),
  item: slug.optional(),
  tier: slug.optional(),
});
export const userParams = z.object({ user_id: id });
export const grantMembershipRequest = z.object({
  kind,
  id: slug,
  starts_at: timestamp.nullish(),
  ends_at: end.nullish(),
  grace_seconds: seconds.nullish(),
});
export const membershipParams = z.object({ user_id: id, membership_id: id });
export const changeMembershipRequest = z.object({
  starts_at: timestamp.nullish(),
  ends_at: end.nullish(),
  grace_seconds: seconds.nullish(),
});
export const membershipAnswer = membership;

const named = z.looseObject({ kind: z.string(), id: z.string().nullable() });
const auditRow = z.looseObject({
  at: timestamp,
  action: z.string(),
  actor: named,
  app_id: z.string().nullable(),
  subject: named.nullable(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export const auditQuery = z.object({
  ...page,
  /** An id that the row names. */
  about: text(1, 200).optional(),
  app_id: id.optional(),
  action: text(1, 100).optional(),
  since: timestamp.optional(),
  until: timestamp.optional(),
});
export const auditAnswer = z.looseObject({ rows: auditRow.array(), next: z.string().nullable() });

export const webhookParams = z.object({ provider: text(1, 64) });
/** As the provider has it: its signature is over these bytes. */
export const webhookRequest = z.looseObject({});
export const webhookAnswer = z.looseObject({ result: z.enum(['applied', 'repeated', 'outdated', 'ignored']) });
