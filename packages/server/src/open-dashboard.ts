import type { Log } from '@synckeep/core';
import { createDashboard, type Dashboard } from '@synckeep/dashboard';

/** The page for administrators. null where it was not built, which is so in a fresh clone alone: all else works without. */
export const openDashboard = (publicUrl: () => string, log: Log): Dashboard | null => {
  try {
    return createDashboard({ publicUrl });
  } catch (error) {
    log.warn({ err: error }, 'The dashboard is not built, so there is none. Run "npm run prepare" in the clone.');
    return null;
  }
};
