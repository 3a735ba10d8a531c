import type { Moment } from './hybrid-clock.js';

/**
 * Which state of a row this is. `count` is one more than that of the state it was made from, so a later state in the log has a
 * higher one and an old state that a server shows again is known as old. That of a row which is new to the log is the time
 * at which it is pushed, in milliseconds: higher than any that the row had before it was deleted. `moment` says when it was made, which decides
 * between states made side by side.
 */
export interface Version {
  readonly count: number;
  readonly moment: Moment;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Below 0 when `a` is older than `b`, 0 when they are the same state. The order is the same on every device. */
export const compareVersions = (a: Version, b: Version): number => a.count - b.count || compareText(a.moment, b.moment);

export const isSameVersion = (a: Version | null, b: Version | null): boolean =>
  a !== null && b !== null && compareVersions(a, b) === 0;
