import {
  type AuditOrigin,
  type Clock,
  createCollection,
  type Log,
  type MembershipTerms,
  type Random,
  type Records,
  randomUuid,
  toUuid,
  type Webhook,
  type WebhookResult,
} from '@synckeep/core';
import { isSyncError, SyncError } from '@synckeep/protocol';
import type { Catalogue } from './catalogue.js';
import { addHeld, type HeldRecords, type Revision } from './held.js';
import { type Held, toReferenceIndex, webhookEventKind } from './kinds.js';
import type { ProviderEvent, ProviderNews, WebhookProvider } from './webhook-provider.js';
import { isSigned } from './webhook-signature.js';

/** How long an event id is remembered. Providers try again for days, and older signatures are refused. */
const remembered = 30 * 86_400_000;

const toEnd = (endsAt: number | null): number => endsAt ?? Number.POSITIVE_INFINITY;

const termsOf = ({ terms }: ProviderNews, at: number, before: Held | undefined): MembershipTerms => {
  if (terms !== 'end') return terms;
  const startsAt = before?.startsAt ?? at;
  return { startsAt, endsAt: Math.min(at, toEnd(before?.endsAt ?? null)), graceSeconds: 0 };
};

/** Of two events the one that holds, whichever came first: times are in whole seconds, so two can be of one moment. */
const isNewer = (news: ProviderNews, at: number, { endsAt, source }: Held): boolean => {
  if (!source) return true;
  if (source.isFinal || at < source.at) return false;
  if (at > source.at || news.isFinal) return true;
  return news.terms !== 'end' && toEnd(news.terms.endsAt) > toEnd(endsAt);
};

const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Without its cause: the message of a JSON error quotes the body.
    throw new SyncError('invalid_request');
  }
};

/** What payment providers tell, safe to repeat and in any order. */
export const createWebhookReceiver = (deps: {
  readonly records: Records;
  readonly catalogue: Catalogue;
  readonly heldRecords: HeldRecords;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly providers: readonly WebhookProvider[];
}) => {
  const { records, catalogue, heldRecords, clock, random, log } = deps;
  const events = createCollection(records, clock, webhookEventKind);

  /** The user who has it, else the one whom the event names, unless there is no such user (any more). */
  const findUser = async (provider: string, { reference, userId }: ProviderNews): Promise<string | null> => {
    const index = toReferenceIndex(provider, reference);
    const [known] = await heldRecords.users.find('reference', index, { after: null, limit: 1 });
    if (known) return known.key;
    const named = userId === null ? null : toUuid(userId);
    return named !== null && (await heldRecords.isUser(named)) ? named : null;
  };

  const apply = (
    provider: string,
    { news, at }: ProviderEvent & { readonly news: ProviderNews },
    held: readonly Held[],
    erasedAt: number | null,
  ): Revision<WebhookResult> | WebhookResult => {
    const { reference, isFinal } = news;
    const before = held.find(({ source }) => source?.provider === provider && source.reference === reference);
    if (before && !isNewer(news, at, before)) return 'outdated';
    const product = news.product ?? before?.product;
    const isFromBefore = !before && erasedAt !== null && news.createdAt <= erasedAt;
    if (!product || isFromBefore) return 'ignored';
    const id = before?.id ?? randomUuid(random);
    const source = { provider, reference, at, isFinal };
    const after: Held = { id, product, ...termsOf(news, at, before), source };
    if (before) {
      const all = held.map((each) => (each === before ? after : each));
      return { held: all, audited: { verb: 'change', held: after }, answer: 'applied' };
    }
    return {
      held: addHeld(held, after, clock.now()),
      audited: { verb: 'grant', held: after },
      answer: 'applied',
    };
  };

  return async (webhook: Webhook): Promise<WebhookResult> => {
    const provider = deps.providers.find(({ name }) => name === webhook.provider);
    if (!provider) throw new SyncError('webhook_not_found');
    const { name, secrets, signatureHeader } = provider;
    const now = clock.now();
    const isGood = await isSigned(webhook.header(signatureHeader), webhook.body, secrets, now);
    if (!isGood) throw new SyncError('invalid_webhook');
    const event = provider.read(parseJson(webhook.body));
    if (!event) throw new SyncError('invalid_request');
    const { id, news } = event;
    if (!news) return 'ignored';
    const key = `${name}/${id}`;
    if (await events.get(key)) return 'repeated';
    if (news.product) await catalogue.requireProduct(news.product);
    const userId = await findUser(name, news);
    if (userId === null) {
      log.warn({ provider: name, event: id }, 'An event of a payment provider names no user of this server.');
      return 'ignored';
    }

    let otherwise: WebhookResult = 'ignored';
    const origin: AuditOrigin = { actor: { kind: 'webhook', id: name }, address: null };
    const first = events.put(key, { at: event.at }, { condition: 'absent', expiresAt: now + remembered });
    const change = (held: readonly Held[], erasedAt: number | null): Revision<WebhookResult> | null => {
      const result = apply(name, { ...event, news }, held, erasedAt);
      if (typeof result !== 'string') return result;
      otherwise = result;
      return null;
    };
    const result = await heldRecords.revise(userId, origin, change, [first]).catch((error: unknown) => {
      // Erased since the look-up.
      if (isSyncError(error) && error.code === 'user_not_found') return null;
      throw error;
    });
    return result === 'refused' ? 'repeated' : (result ?? otherwise);
  };
};
