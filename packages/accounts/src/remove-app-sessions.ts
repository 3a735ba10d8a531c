import type { Clock, Records } from '@synckeep/core';
import { endSessionsOf } from './sessions.js';

/**
 * Removes every session of an app, in steps: a part of erasing the app. Call it after the app's record was changed or
 * removed, because logins that are under way stop only then. Safe to repeat.
 */
export const removeAppSessions = (records: Records, clock: Clock, appId: string): Promise<void> =>
  endSessionsOf(records, clock, 'app', appId);
