import type { Clock, Records } from '@synckeep/core';
import { endLinksOf } from './links/links.js';
import { endSessionsOf } from './sessions.js';

/**
 * Removes every session of an app, and every link to register for it, in steps: a part of erasing the app. Call it after
 * the app's record was changed or removed, because logins that are under way stop only then. Safe to repeat.
 */
export const removeAppSessions = async (records: Records, clock: Clock, appId: string): Promise<void> => {
  await endSessionsOf(records, clock, 'app', appId);
  await endLinksOf(records, clock, 'app', appId);
};
