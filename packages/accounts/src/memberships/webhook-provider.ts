import type { MembershipTerms, Product } from '@synckeep/core';

/** What a provider says of one purchase or subscription. */
export interface ProviderNews {
  /** What the provider calls it. */
  readonly reference: string;
  /** The user it was made for, as this server or its host calls the user; null when the event does not say. */
  readonly userId: string | null;
  readonly product: Product | null;
  /** When it was made, in milliseconds since 1970: what was made before its user was erased stays away. */
  readonly createdAt: number;
  /** What holds now; `end`: it is over since the event. */
  readonly terms: MembershipTerms | 'end';
  /** Whether the provider has ended it for good, so that nothing that comes later counts. */
  readonly isFinal: boolean;
}

export interface ProviderEvent {
  readonly id: string;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** null: it is about something else. */
  readonly news: ProviderNews | null;
}

/** A payment provider whose webhooks this server takes. */
export interface WebhookProvider {
  /** As it stands in the path of the webhook: small letters, digits and `-`. */
  readonly name: string;
  /** Lower case. */
  readonly signatureHeader: string;
  /** What its requests are signed with; several while one takes the place of another. */
  readonly secrets: readonly string[];
  /** undefined when the JSON is no event of this provider. */
  read(event: unknown): ProviderEvent | undefined;
}
