import { z } from 'zod';
import { defineKind } from './collection.js';

/** A one-use ticket for a stream, by the digest of its text (P-73). It stands for the token that asked for it. */
export const ticketKind = defineKind({
  name: 'ticket',
  schema: z.object({
    userId: z.string(),
    appId: z.string(),
    generation: z.number(),
    session: z.string().nullable(),
    keyGeneration: z.number().nullable(),
    issuedAt: z.number(),
    expiresAt: z.number(),
  }),
  indexes: ({ userId, appId }) => ({ user: [userId], app: [appId] }),
});

/**
 * That a user or an app was erased, by a pseudonym: tokens of the user issued before that moment are refused for ever
 * (P-92), and a backup from before it is restored without what was erased.
 */
export const erasedKind = defineKind({ name: 'erased', schema: z.object({ at: z.number() }) });

/** Random bytes of this installation in hex, made at first use and never shown: what pseudonyms are made with. */
export const saltKind = defineKind({ name: 'salt', schema: z.object({ hex: z.string() }) });

/**
 * An erasing that was begun and is not done, by `app/` or `user/` and the id: maintenance goes on with it when whoever
 * began it died. Index: `all` ("" for listing).
 */
export const erasingKind = defineKind({
  name: 'erasing',
  schema: z.object({ what: z.enum(['app', 'user']), id: z.string() }),
  indexes: () => ({ all: [''] }),
});
