import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const sessionSchema = z.object({
  userId: z.string(),
  appId: z.string(),
  /** When the user logged in. Milliseconds since 1970. */
  createdAt: z.number(),
  /** No token of the session lives longer than this. Milliseconds since 1970. */
  endsAt: z.number(),
});

export type Session = z.infer<typeof sessionSchema>;

/** What `find` looks for to get all sessions of one user in one app. */
export const toSessionScope = (userId: string, appId: string): string => `${userId}/${appId}`;

/**
 * One login, by session id. The record expires with the newest token of the session, so a session that nobody renews
 * is gone after 7 days. Indexes: `user`, `app`, `scope` (both together).
 */
export const sessionKind = defineKind<Session>({
  name: 'session',
  schema: sessionSchema,
  indexes: ({ userId, appId }) => ({ user: [userId], app: [appId], scope: [toSessionScope(userId, appId)] }),
});
