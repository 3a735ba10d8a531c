import { defineKind, type MovableKind, type Product, toMovableKind } from '@synckeep/core';
import { z } from 'zod';

/** An item, by its id. Index: `all` ("" for listing). */
export const itemKind = defineKind({
  name: 'item',
  schema: z.object({ name: z.string(), paid: z.boolean() }),
  indexes: () => ({ all: [''] }),
});

/** A tier, by its id. Index: `all` ("" for listing). */
export const tierKind = defineKind({
  name: 'tier',
  schema: z.object({
    label: z.string(),
    itemId: z.string().nullable(),
    blobLimit: z.number().nullable(),
    bytesLimit: z.number().nullable(),
  }),
  indexes: () => ({ all: [''] }),
});

const heldSchema = z.object({
  id: z.string(),
  product: z.object({ kind: z.enum(['item', 'tier']), id: z.string() }),
  startsAt: z.number(),
  endsAt: z.number().nullable(),
  graceSeconds: z.number(),
  source: z
    .object({
      provider: z.string(),
      reference: z.string(),
      /** When the provider says that the newest event that was applied happened. Milliseconds since 1970. */
      at: z.number(),
      /** Whether the provider has ended it for good. */
      isFinal: z.boolean(),
    })
    .nullable(),
});

/** A purchase or membership as its user's record has it. */
export type Held = z.infer<typeof heldSchema>;

/** What `find` looks for to get all users who have or had a product. */
export const toProductIndex = ({ kind, id }: Product): string => `${kind}:${id}`;

/** What `find` looks for to get the user of what a provider calls by `reference`. */
export const toReferenceIndex = (provider: string, reference: string): string => `${provider}/${reference}`;

/**
 * Everything that one user has bought, by user id: so that a request reads one record, and all of it moves and goes with
 * the user. Indexes: `all` ("" for listing), `product`, `reference`.
 */
export const membershipKind = defineKind({
  name: 'membership',
  schema: z.object({ held: z.array(heldSchema) }),
  indexes: ({ held }) => ({
    all: [''],
    product: [...new Set(held.map(({ product }) => toProductIndex(product)))],
    reference: held.flatMap(({ source }) => (source ? [toReferenceIndex(source.provider, source.reference)] : [])),
  }),
});

/** An event of a provider that was taken, by provider and event id: it is not taken again. */
export const webhookEventKind = defineKind({ name: 'webhook-event', schema: z.object({ at: z.number() }) });

export const membershipKinds: readonly MovableKind[] = [
  toMovableKind(itemKind, 'server'),
  toMovableKind(tierKind, 'server'),
  toMovableKind(membershipKind, 'user'),
  toMovableKind(webhookEventKind, 'server'),
];
