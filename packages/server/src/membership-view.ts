import type { Membership } from '@synckeep/core';
import { toTime } from './print.js';

const toEnd = (endsAt: number | null): string | null => (endsAt === null ? null : toTime(endsAt));

/** A purchase or membership as the command line and the admin API show it. */
export const toMembershipView = ({ id, userId, product, startsAt, endsAt, graceSeconds, source }: Membership) => ({
  membership_id: id,
  user_id: userId,
  kind: product.kind,
  product_id: product.id,
  starts_at: toTime(startsAt),
  ends_at: toEnd(endsAt),
  grace_seconds: graceSeconds,
  source,
});

/** The same for a person, as cells of a line. */
export const toMembershipRow = ({ id, userId, product, startsAt, endsAt, graceSeconds, source }: Membership) => [
  id,
  userId,
  `${product.kind}:${product.id}`,
  toTime(startsAt),
  toEnd(endsAt) ?? 'never',
  graceSeconds === 0 ? '' : `+${graceSeconds}s`,
  source ? `${source.provider}:${source.reference}` : '',
];
