import { defineKind } from '@synckeep/core';
import { z } from 'zod';

/** That a built-in user is an administrator, by user id. Index: `all` ("" for listing). */
export const administratorKind = defineKind({
  name: 'administrator',
  schema: z.object({
    /** Milliseconds since 1970. A session of before is none of this time. */
    since: z.number(),
  }),
  indexes: () => ({ all: [''] }),
});

/** One record that every change of who is an administrator writes, so that two of them at once see each other. */
export const administratorRollKind = defineKind({
  name: 'administrator-roll',
  schema: z.object({ changedAt: z.number() }),
});
