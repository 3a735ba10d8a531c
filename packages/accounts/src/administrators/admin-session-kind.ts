import { defineKind } from '@synckeep/core';
import { z } from 'zod';

/**
 * That a browser is signed in as an administrator, by the digest of what its cookie holds (P-172). The record expires
 * when nothing was asked for too long. Index: `user`.
 */
export const adminSessionKind = defineKind({
  name: 'admin-session',
  schema: z.object({
    userId: z.string(),
    /** Generation of the user's tokens when it began: revoking them ends it too. */
    generation: z.number(),
    /** `since` of the administrator when it began. */
    since: z.number(),
    /** When it ends in any case. Milliseconds since 1970. */
    endsAt: z.number(),
  }),
  indexes: ({ userId }) => ({ user: [userId] }),
});
