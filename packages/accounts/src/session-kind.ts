import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const sessionSchema = z.object({
  userId: z.string(),
  appId: z.string(),
  /** When the user logged in. Milliseconds since 1970. */
  createdAt: z.number(),
  /** No token of the session lives longer than this. Milliseconds since 1970. */
  endsAt: z.number(),
  /** What an app asked to have in its tokens as `key`, where later tokens are made without asking it again (OAuth2). */
  key: z.string().nullable().default(null),
  /** Whether it lives as long as its refresh token, however short its access tokens live. */
  isRefreshable: z.boolean().default(false),
});

export type Session = z.infer<typeof sessionSchema>;

/** What `find` looks for to get all sessions of one user in one app. */
export const toSessionScope = (userId: string, appId: string): string => `${userId}/${appId}`;

/**
 * One login, by session id. The record expires with the newest token of the session, so a session that nobody renews
 * is gone after 7 days, and one with refresh tokens after 90. Indexes: `user`, `app`, `scope` (both together).
 */
export const sessionKind = defineKind<Session>({
  name: 'session',
  schema: sessionSchema,
  indexes: ({ userId, appId }) => ({ user: [userId], app: [appId], scope: [toSessionScope(userId, appId)] }),
});
