import type { ScopeFilter } from '@synckeep/core';
import type { Composition } from './compose.js';
import { findApp } from './find-app.js';
import { findUser } from './find-user.js';

/** The app and the user that a command names; null for what it leaves out. @throws Refusal */
export const findAccount = async (
  { server, users }: Pick<Composition, 'server' | 'users'>,
  named: { readonly app?: string; readonly user?: string },
): Promise<ScopeFilter> => ({
  appId: named.app === undefined ? null : (await findApp(server.apps, named.app)).id,
  userId: named.user === undefined ? null : (await findUser(users, named.user)).id,
});
