import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const linkSchema = z.object({
  purpose: z.enum(['register', 'reset', 'verify']),
  /** null: the user is still to be made. */
  userId: z.string().nullable(),
  /** The app that somebody registers for. */
  appId: z.string().nullable(),
  /** The address that whoever has the link has proved to read. */
  email: z.string(),
});

export type Link = z.infer<typeof linkSchema>;

/** A link that works once, by the digest of what it holds. It expires. Indexes: `user`, `app`. */
export const linkKind = defineKind<Link>({
  name: 'link',
  schema: linkSchema,
  indexes: ({ userId, appId }) => ({ user: userId === null ? [] : [userId], app: appId === null ? [] : [appId] }),
});
