import type { Membership } from '../../api/wire.js';

export type MembershipState = 'waiting' | 'open' | 'grace' | 'ended';

/** What a membership opens at a moment: see docs/memberships.md. */
export const toMembershipState = (
  { starts_at, ends_at, grace_seconds }: Pick<Membership, 'starts_at' | 'ends_at' | 'grace_seconds'>,
  now: number,
): MembershipState => {
  if (Date.parse(starts_at) > now) return 'waiting';
  if (ends_at === null) return 'open';
  const end = Date.parse(ends_at);
  if (end > now) return 'open';
  return end + grace_seconds * 1000 > now ? 'grace' : 'ended';
};
