import { SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { Membership, Memberships, MembershipTerms, Product } from '../../ports/index.js';
import { toTime } from '../../wire.js';
import type { Deps, Handler } from '../handler.js';
import { toMoment } from './moment.js';
import { toPage } from './page.js';

/** @throws SyncError `memberships_disabled` */
export const requireMemberships = ({ memberships }: Pick<Deps, 'memberships'>): Memberships => {
  if (!memberships) throw new SyncError('memberships_disabled');
  return memberships;
};

const toAnswer = ({ id, userId, product, startsAt, endsAt, graceSeconds, source }: Membership) => ({
  id,
  user_id: userId,
  kind: product.kind,
  product_id: product.id,
  starts_at: toTime(startsAt),
  ends_at: endsAt === null ? null : toTime(endsAt),
  grace_seconds: graceSeconds,
  source,
});

interface WireTerms {
  readonly starts_at?: string | null | undefined;
  readonly ends_at?: string | null | undefined;
  readonly grace_seconds?: number | null | undefined;
}

/** Only what the body says; `never` ends never. */
const toTerms = ({ starts_at, ends_at, grace_seconds }: WireTerms): Partial<MembershipTerms> => ({
  ...(typeof starts_at === 'string' && { startsAt: toMoment(starts_at, 'body', 'starts_at') }),
  ...(typeof ends_at === 'string' && { endsAt: ends_at === 'never' ? null : toMoment(ends_at, 'body', 'ends_at') }),
  ...(typeof grace_seconds === 'number' && { graceSeconds: grace_seconds }),
});

const toProduct = (item: string | undefined, tier: string | undefined): Product | undefined => {
  if (tier !== undefined) return { kind: 'tier', id: tier };
  return item === undefined ? undefined : { kind: 'item', id: item };
};

/** P-163 */
export const listMemberships: Handler<'listMemberships'> = async ({ query }, deps) => {
  const filter = { userId: query.user_id, product: toProduct(query.item, query.tier) };
  const { memberships, next } = await requireMemberships(deps).list(filter, toPage(query));
  return { status: 200, body: { memberships: memberships.map(toAnswer), next } };
};

/** P-163 */
export const grantMembership: Handler<'grantMembership'> = async ({ caller, address, params, body, now }, deps) => {
  const terms = { startsAt: now, endsAt: null, graceSeconds: 0, ...toTerms(body) };
  const product = { kind: body.kind, id: body.id };
  const origin = toOrigin(caller, address);
  const membership = await requireMemberships(deps).grant(params.user_id, product, terms, origin);
  return { status: 201, body: toAnswer(membership) };
};

/** P-163 */
export const changeMembership: Handler<'changeMembership'> = async ({ caller, address, params, body }, deps) => {
  const { user_id, membership_id } = params;
  const memberships = requireMemberships(deps);
  const changed = await memberships.change(user_id, membership_id, toTerms(body), toOrigin(caller, address));
  if (!changed) throw new SyncError('membership_not_found');
  return { status: 200, body: toAnswer(changed) };
};

/** P-166 */
export const receiveWebhook: Handler<'receiveWebhook'> = async ({ params, header, bytes }, deps) => {
  const memberships = requireMemberships(deps);
  const result = await memberships.receive({ provider: params.provider, header, body: bytes });
  return { status: 200, body: { result } };
};
