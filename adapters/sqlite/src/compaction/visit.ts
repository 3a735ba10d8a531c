import type { CompactedRow } from './rows.js';
import { createSurvey, type Survey } from './survey.js';

/**
 * Going over one log, from its horizon back to its start. It lives in this process only: what a kill interrupts begins
 * again at the horizon, and finds less to do.
 */
export interface Visit {
  readonly log: number;
  readonly horizon: number;
  readonly survey: Survey;
  /** - `sweep`: superseded changes go. - `clear`: then tombstones. - `give back`: then pages of the file. */
  phase: 'sweep' | 'clear' | 'give back';
  /** Where the sweep goes on: the highest position not looked at. */
  at: number;
  /** Positions that were found to be superseded and have not gone yet. */
  found: number[];
}

/** Below this share of the log it is not worth going over all of it. */
const worthwhile = 16;

export const beginVisit = ({ log, swept, totalChanges }: CompactedRow, horizon: number, isThorough: boolean): Visit => {
  const fresh = horizon - swept;
  const isWorth = fresh > 0 && (isThorough || fresh >= totalChanges / worthwhile);
  return { log, horizon, survey: createSurvey(), phase: isWorth ? 'sweep' : 'clear', at: horizon, found: [] };
};
