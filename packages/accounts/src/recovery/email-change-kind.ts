import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const sideSchema = z.object({
  /** Digest of what its link holds. */
  token: z.string(),
  isConfirmed: z.boolean(),
});

const emailChangeSchema = z.object({
  oldEmail: z.string(),
  newEmail: z.string(),
  old: sideSchema,
  new: sideSchema,
});

export type EmailChange = z.infer<typeof emailChangeSchema>;

/** That a user wants another address, by user id. It expires. Index: `token` (of both sides). */
export const emailChangeKind = defineKind<EmailChange>({
  name: 'email-change',
  schema: emailChangeSchema,
  indexes: (change) => ({ token: [change.old.token, change.new.token] }),
});
