import { type Clock, createCollection, defineKind, type Records } from '@synckeep/core';
import { z } from 'zod';

/** How the backups go that `serve` takes by itself, for all nodes. `turn` says who takes the next one, and until when. */
export const backupStateKind = defineKind({
  name: 'backup-state',
  schema: z.object({
    /** When the newest good one was taken, in milliseconds since 1970; null: none yet. */
    takenAt: z.number().nullable(),
    snapshot: z.string().nullable(),
    /** Since the newest good one. */
    failure: z.object({ at: z.number(), sentence: z.string() }).nullable(),
    turn: z.object({ node: z.string(), until: z.number() }).nullable(),
  }),
});
const key = 'schedule';

export type BackupState = z.infer<typeof backupStateKind.schema>;

const none: BackupState = { takenAt: null, snapshot: null, failure: null, turn: null };

/** What is known of scheduled backups. */
export const createBackupState = (records: Records, clock: Clock) => {
  const states = createCollection(records, clock, backupStateKind);
  return {
    read: async (): Promise<BackupState> => (await states.get(key))?.value ?? none,

    /** Writes what `change` makes of the state as it is; null: nothing. @returns whether something was written. */
    async change(change: (state: BackupState) => BackupState | null): Promise<boolean> {
      for (;;) {
        const found = await states.get(key);
        const next = change(found?.value ?? none);
        if (next === null) return false;
        const put = states.put(key, next, { condition: found?.version ?? 'absent' });
        if ((await records.transact([put], clock.now())).done) return true;
      }
    },
  };
};
