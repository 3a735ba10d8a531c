import type { MembershipTerms, Product } from '@synckeep/core';
import { z } from 'zod';
import type { ProviderNews, WebhookProvider } from './webhook-provider.js';

export interface StripeOptions {
  /** `whsec_…`; several while one takes the place of another. */
  readonly secrets: readonly string[];
  /** How long a subscription stays open when its renewal is late or fails; 3 days when left out. */
  readonly graceSeconds?: number | undefined;
}

const seconds = z.int().nonnegative();
const text = z.string().min(1).max(255);

const eventSchema = z.object({
  id: text,
  type: z.string(),
  created: seconds,
  data: z.object({ object: z.unknown() }),
});

/** What the shop writes on what it sells. */
const metadata = z
  .object({ synckeep_user: text.optional(), synckeep_item: text.optional(), synckeep_tier: text.optional() })
  .nullish();

/** Since API version 2025-03-31 the items have the periods, before that the subscription. */
const period = { current_period_start: seconds.nullish(), current_period_end: seconds.nullish() };

const subscriptionSchema = z.object({
  ...period,
  id: text,
  status: z.string(),
  created: seconds,
  start_date: seconds.nullish(),
  cancel_at: seconds.nullish(),
  ended_at: seconds.nullish(),
  items: z.object({ data: z.array(z.object(period)) }),
  metadata,
});

const checkoutSchema = z.object({
  id: text,
  created: seconds,
  mode: z.string(),
  payment_status: z.string(),
  payment_intent: text.nullish(),
  client_reference_id: text.nullish(),
  metadata,
});

const chargeSchema = z.object({
  created: seconds,
  refunded: z.boolean(),
  payment_intent: text.nullish(),
  metadata,
});

const toNamed = (named: z.infer<typeof metadata>): { userId: string | null; product: Product | null } => {
  const { synckeep_user: userId = null, synckeep_item: item, synckeep_tier: tier } = named ?? {};
  if (tier !== undefined) return { userId, product: { kind: 'tier', id: tier } };
  return { userId, product: item === undefined ? null : { kind: 'item', id: item } };
};

const fromSubscription = (object: unknown, at: number, graceSeconds: number): ProviderNews | null | undefined => {
  const parsed = subscriptionSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { id, status, created, start_date, cancel_at, ended_at, items, ...subscription } = parsed.data;
  const periods = [...items.data, subscription];
  const starts = periods.flatMap(({ current_period_start: start }) => start ?? []);
  const ends = periods.flatMap(({ current_period_end: end }) => end ?? []);
  const startsAt = start_date ?? created;
  // The last period that was paid for ends where one begins that was not.
  const paidUntil = starts.length > 0 ? Math.max(...starts) : startsAt;
  const until = (end: number, grace: number): MembershipTerms => ({
    ...{ startsAt: startsAt * 1000, endsAt: end * 1000, graceSeconds: grace },
  });
  const news = (terms: MembershipTerms, isFinal = false): ProviderNews => ({
    ...toNamed(subscription.metadata),
    ...{ reference: id, createdAt: created * 1000, terms, isFinal },
  });
  switch (status) {
    case 'active':
    case 'trialing':
      if (ends.length === 0) return undefined;
      return news(until(Math.min(Math.max(...ends), cancel_at ?? Number.POSITIVE_INFINITY), graceSeconds));
    case 'past_due':
      return news(until(paidUntil, graceSeconds));
    case 'unpaid':
    case 'paused':
      return news(until(paidUntil, 0));
    case 'incomplete':
      return news(until(startsAt, 0));
    case 'incomplete_expired':
      return news(until(startsAt, 0), true);
    case 'canceled':
      return news(until(ended_at ?? Math.floor(at / 1000), 0), true);
    default:
      return null;
  }
};

const fromCheckout = (object: unknown): ProviderNews | null | undefined => {
  const parsed = checkoutSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { id, created, mode, payment_status, payment_intent, client_reference_id, ...checkout } = parsed.data;
  // A subscription has events of its own.
  if (mode !== 'payment' || payment_status === 'unpaid') return null;
  const { userId, product } = toNamed(checkout.metadata);
  return {
    reference: payment_intent ?? id,
    userId: userId ?? client_reference_id ?? null,
    product,
    createdAt: created * 1000,
    terms: { startsAt: created * 1000, endsAt: null, graceSeconds: 0 },
    isFinal: false,
  };
};

const fromRefund = (object: unknown): ProviderNews | null | undefined => {
  const parsed = chargeSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { created, refunded, payment_intent: reference, ...charge } = parsed.data;
  if (!refunded || typeof reference !== 'string') return null;
  return { ...toNamed(charge.metadata), reference, createdAt: created * 1000, terms: 'end', isFinal: true };
};

/** Reads what Stripe tells of subscriptions, one-time payments and refunds. */
export const createStripeWebhooks = ({ secrets, graceSeconds = 3 * 86_400 }: StripeOptions): WebhookProvider => ({
  name: 'stripe',
  signatureHeader: 'stripe-signature',
  secrets,
  read(json) {
    const parsed = eventSchema.safeParse(json);
    if (!parsed.success) return undefined;
    const { id, type, created, data } = parsed.data;
    const at = created * 1000;
    const readNews = (): ProviderNews | null | undefined => {
      if (type.startsWith('customer.subscription.')) return fromSubscription(data.object, at, graceSeconds);
      if (type === 'checkout.session.completed' || type === 'checkout.session.async_payment_succeeded')
        return fromCheckout(data.object);
      return type === 'charge.refunded' ? fromRefund(data.object) : null;
    };
    const news = readNews();
    return news === undefined ? undefined : { id, at, news };
  },
});
