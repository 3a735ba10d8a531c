/** How far a log may be compacted. Times are milliseconds since 1970. */
export interface CompactionBounds {
  readonly now: number;
  /**
   * The log as it was at this moment stays as it was: what was written later is not touched. From `now` on: everything
   * is gone over. A log knows its past from the moments at which it was compacted before, so at first nothing is old.
   */
  readonly keepFrom: number;
  /** A device that neither read nor registered since then holds no tombstone back. */
  readonly activeSince: number;
}

export interface CompactionQuery extends CompactionBounds {
  /** Rows that one step removes at most. */
  readonly limit: number;
  /** false: where going over the log would be worth little, the step may leave it for later. */
  readonly isThorough: boolean;
}

export interface CompactionStep {
  /** Changes that this step removed, tombstones among them. */
  readonly removed: number;
  /** Their `data`. */
  readonly removedBytes: number;
  readonly tombstones: number;
  /**
   * - `more`: call again; nothing may have been removed this time.
   * - `done`: there is nothing to do now.
   * - `paused`: a rotation is under way, or being aborted. Nothing is removed until it has ended.
   */
  readonly state: 'more' | 'done' | 'paused';
}

/** What compaction would do now. */
export interface CompactionPlan {
  /** Changes in the log. */
  readonly changes: number;
  /** Those that would go, tombstones among them. */
  readonly removable: number;
  /** Their `data`. */
  readonly removableBytes: number;
  readonly tombstones: number;
  /** The position up to which the log is old enough to be gone over. */
  readonly horizon: number;
}
