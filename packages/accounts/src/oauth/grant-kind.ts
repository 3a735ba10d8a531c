import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const grantSchema = z.object({
  /** Whose logins it belongs to: users and apps that it mentions. */
  users: z.array(z.string()),
  apps: z.array(z.string()),
  /** The session of the login that it belongs to. */
  session: z.string().nullable(),
  /** Digest of a second name. */
  uid: z.string().nullable(),
  /** Milliseconds since 1970; null: not used yet. */
  usedAt: z.number().nullable(),
  /** What the library keeps, sealed: it holds codes and tokens. */
  sealed: z.object({ secretId: z.string(), data: z.string() }),
});

export type GrantRecord = z.infer<typeof grantSchema>;

/**
 * What OAuth2 keeps: grants, codes, refresh tokens, interactions. By model and SHA-256 of the id, because the id of a code
 * is the code. Indexes: `user`, `app`, `session`, `uid`.
 */
export const grantKind = defineKind<GrantRecord>({
  name: 'oauth',
  schema: grantSchema,
  indexes: ({ users, apps, session, uid }) => ({
    user: users,
    app: apps,
    session: session === null ? [] : [session],
    uid: uid === null ? [] : [uid],
  }),
});
