import type { CompactionQuery } from '@synckeep/core';
import type { CompactedRow } from './rows.js';
import { createSurvey, type Survey } from './survey.js';

/**
 * Going over one log, from its horizon back to its start. It lives in this process only: what a kill interrupts begins
 * again at the horizon, and finds less to do.
 */
export interface Visit {
  readonly log: number;
  /** What the steps of this visit were asked for: others begin a visit of their own. */
  readonly asked: CompactionQuery;
  readonly horizon: number;
  readonly survey: Survey;
  /** - `sweep`: superseded changes go. - `clear`: then tombstones. - `give back`: then pages of the file. */
  phase: 'sweep' | 'clear' | 'give back';
  /** Where the sweep goes on: the highest position not looked at. */
  at: number;
  /** Positions that were found to be superseded and have not gone yet. */
  found: number[];
}

export const isAskedAgain = ({ asked }: Visit, { now, keepFrom, activeSince, isThorough }: CompactionQuery): boolean =>
  asked.now === now &&
  asked.keepFrom === keepFrom &&
  asked.activeSince === activeSince &&
  asked.isThorough === isThorough;

/** Below this share of the log it is not worth going over all of it. */
const worthwhile = 16;

export const beginVisit = (
  { log, swept, totalChanges }: CompactedRow,
  horizon: number,
  asked: CompactionQuery,
): Visit => {
  const fresh = horizon - swept;
  const isWorth = fresh > 0 && (asked.isThorough || fresh >= totalChanges / worthwhile);
  return { log, asked, horizon, survey: createSurvey(), phase: isWorth ? 'sweep' : 'clear', at: horizon, found: [] };
};
