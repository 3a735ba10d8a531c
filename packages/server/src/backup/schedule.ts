import type { Clock, Log, Records } from '@synckeep/core';
import { type BackupState, createBackupState } from './backup-state.js';

/** Milliseconds between two looks at whether a backup is due. */
const pace = 30_000;
/** A node that takes a backup says so again with each look; one that died loses its turn. */
const turnLifetime = 5 * pace;
/** After a failure the next try comes so much later, or when a backup would be due anyway. */
const longestRest = 15 * 60_000;

export interface ScheduledBackup {
  readonly snapshot: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

export interface ScheduleOptions {
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  /** What this process is called among several; nobody else is called so. */
  readonly node: string;
  /** Milliseconds from one backup to the next. */
  readonly every: number;
  /** Takes a backup and prunes. Rejects with an Error whose message is a sentence for the operator. */
  readonly take: (signal: AbortSignal) => Promise<ScheduledBackup>;
}

export interface BackupSchedule {
  /** Ends a backup that is under way. */
  stop(): Promise<void>;
}

const isDue = ({ takenAt, failure }: BackupState, every: number, now: number): boolean => {
  const rest = Math.min(longestRest, every);
  if (failure !== null && now - failure.at < rest && now >= failure.at) return false;
  return takenAt === null || now - takenAt >= every;
};

/**
 * Takes a backup whenever the newest one is old enough, on one node of all that share the database: whoever is first has
 * the turn, in a record with a time, and says again and again that it is still at work.
 */
export const createBackupSchedule = ({ records, clock, log, node, every, take }: ScheduleOptions): BackupSchedule => {
  const state = createBackupState(records, clock);
  const ending = new AbortController();
  let cancel = (): void => {};
  let working: Promise<void> | null = null;
  let looking = Promise.resolve();

  const takeTurn = (): Promise<boolean> =>
    state.change((present) => {
      const now = clock.now();
      const isTaken = present.turn !== null && present.turn.node !== node && present.turn.until > now;
      if (isTaken || !isDue(present, every, now)) return null;
      return { ...present, turn: { node, until: now + turnLifetime } };
    });

  const keepTurn = (): Promise<boolean> =>
    state.change((present) =>
      present.turn?.node === node ? { ...present, turn: { node, until: clock.now() + turnLifetime } } : null,
    );

  const work = async (): Promise<void> => {
    try {
      const { snapshot, takenAt } = await take(ending.signal);
      await state.change(() => ({ takenAt, snapshot, failure: null, turn: null }));
      log.info({ snapshot }, 'A backup was taken.');
    } catch (error) {
      if (ending.signal.aborted) {
        await state.change((present) => ({ ...present, turn: null }));
        return;
      }
      const sentence = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, 'The backup failed; it will be tried again.');
      await state.change((present) => ({ ...present, failure: { at: clock.now(), sentence }, turn: null }));
    }
  };

  const look = async (): Promise<void> => {
    try {
      if (working) await keepTurn();
      else if (await takeTurn()) {
        working = work()
          .catch((error: unknown) => log.error({ err: error }, 'How the backup went could not be stored.'))
          .finally(() => {
            working = null;
          });
      }
    } catch (error) {
      log.warn({ err: error }, 'Whether a backup is due is not known now.');
    }
  };

  const tick = (): void => {
    looking = look();
    cancel = clock.after(pace, tick);
  };
  tick();

  return {
    async stop() {
      cancel();
      await looking;
      ending.abort();
      await working;
    },
  };
};

/** What is wrong with scheduled backups, for people; null when nothing is. */
export const findBackupTrouble = ({ failure }: BackupState): string | null =>
  failure && `The last backup failed at ${new Date(failure.at).toISOString()}: ${failure.sentence}`;
