import type { AuditOrigin } from '../administration/audit.js';
import type { Entitlements } from './entitlements.js';
import type { FindOptions } from './records.js';

/** What an app can be linked to: it is open to everybody when it is free. */
export interface Item {
  /** Small letters, digits, `.`, `_` and `-`; chosen by the administrator. */
  readonly id: string;
  readonly name: string;
  readonly paid: boolean;
}

/** A kind of membership with caps of its own. */
export interface Tier {
  readonly id: string;
  readonly label: string;
  /** The item that its members have too; null: none. */
  readonly itemId: string | null;
  /** Bytes of one blob; null: no limit but those of app and server. */
  readonly blobLimit: number | null;
  /** Bytes of data and blobs together in one app; null: no limit but those of app and server. */
  readonly bytesLimit: number | null;
}

/** What people pay for. */
export interface Product {
  readonly kind: 'item' | 'tier';
  readonly id: string;
}

export interface MembershipTerms {
  /** Milliseconds since 1970. */
  readonly startsAt: number;
  /** Milliseconds since 1970; null: it does not end. */
  readonly endsAt: number | null;
  /** How long everything stays open after the end. */
  readonly graceSeconds: number;
}

/** The purchase of an item or the membership of a tier, of one user. */
export interface Membership extends MembershipTerms {
  /** A UUID. */
  readonly id: string;
  readonly userId: string;
  readonly product: Product;
  /** The payment provider that keeps it and what it is called there; null: an administrator made it. */
  readonly source: { readonly provider: string; readonly reference: string } | null;
}

export interface MembershipFilter {
  /** A UUID. */
  readonly userId?: string | undefined;
  readonly product?: Product | undefined;
}

export interface MembershipPage {
  readonly memberships: readonly Membership[];
  /** `after` of the next page; null: this is the last one. A page may hold fewer than its limit, also none, or some more. */
  readonly next: string | null;
}

/**
 * - `applied`: what the event says holds now.
 * - `repeated`: the event had come before.
 * - `outdated`: something newer is known of the same purchase or subscription.
 * - `ignored`: the event is about nothing of this server.
 */
export type WebhookResult = 'applied' | 'repeated' | 'outdated' | 'ignored';

export interface Webhook {
  readonly provider: string;
  /** The value of a header by its lower-case name. */
  header(name: string): string | undefined;
  /** The body as it came, because that is what is signed. */
  readonly body: Uint8Array;
}

/**
 * Who has bought what, as far as this server keeps that itself. Every write is durable when it resolves, has its row in
 * the audit log, and opens or closes apps on every process within 2 s. `origin` is whom the audit log names.
 */
export interface Memberships extends Entitlements {
  /** In order of id. */
  listItems(page: FindOptions): Promise<readonly Item[]>;
  /** Makes or replaces it. */
  putItem(item: Item, origin: AuditOrigin): Promise<void>;
  /** Apps that are linked to it close to everybody who has no tier of it. @returns false when there is none. */
  deleteItem(id: string, origin: AuditOrigin): Promise<boolean>;

  /** In order of id. */
  listTiers(page: FindOptions): Promise<readonly Tier[]>;
  /** Makes or replaces it. @throws SyncError `unknown_product` when its item is not there */
  putTier(tier: Tier, origin: AuditOrigin): Promise<void>;
  /** Memberships of it open nothing any more. @returns false when there is none. */
  deleteTier(id: string, origin: AuditOrigin): Promise<boolean>;

  /** In order of user. */
  list(filter: MembershipFilter, page: FindOptions): Promise<MembershipPage>;
  /**
   * @throws SyncError `unknown_product`; `user_not_found` where the users are known; `too_many_memberships` when the user
   * has 100 that are not over
   */
  grant(userId: string, product: Product, terms: MembershipTerms, origin: AuditOrigin): Promise<Membership>;
  /** @returns null when the user has no such membership. @throws SyncError `user_not_found` as `grant` */
  change(
    userId: string,
    membershipId: string,
    terms: Partial<MembershipTerms>,
    origin: AuditOrigin,
  ): Promise<Membership | null>;
  /** Removes everything that the user has, without a row of its own: a part of erasing the user. */
  removeUser(userId: string): Promise<void>;

  /**
   * Takes what a payment provider tells. Safe to repeat, in any order.
   * @throws SyncError `webhook_not_found` for a provider that is not configured; `invalid_webhook` when the signature is
   * wrong or too old; `invalid_request` for a signed body that is no event
   */
  receive(webhook: Webhook): Promise<WebhookResult>;
}
