import { defineKind } from '@synckeep/core';
import { z } from 'zod';

/** That a browser is signed in, by the digest of what its cookie holds. Index: `user`. */
export const browserSessionKind = defineKind({
  name: 'browser-session',
  schema: z.object({
    userId: z.string(),
    /** Generation of the user's tokens when it began: revoking them ends it too. */
    generation: z.number(),
    /** When the user proved who they are. Milliseconds since 1970. */
    signedInAt: z.number(),
  }),
  indexes: ({ userId }) => ({ user: [userId] }),
});
