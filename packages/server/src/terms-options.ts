import type { MembershipTerms } from '@synckeep/core';
import type { Command } from 'commander';
import { parseDuration } from './duration.js';
import { optionValue } from './option-value.js';
import { parseTime, timeForm } from './parse-time.js';
import { Refusal } from './refusal.js';

export interface TermsFlags {
  /** Milliseconds since 1970. */
  readonly start?: number;
  readonly end?: number | 'never';
  /** Seconds. */
  readonly for?: number;
  readonly grace?: number;
}

const duration = optionValue(parseDuration, 'a time of at most a year, such as 30m, 24h or 365d');
const parseEnd = (text: string): number | 'never' | undefined => (text === 'never' ? text : parseTime(text));

export const addTermsOptions = (command: Command): Command =>
  command
    .option('--start <time>', 'when it begins', optionValue(parseTime, timeForm))
    .option('--end <time>', 'when it ends, or never', optionValue(parseEnd, `${timeForm}, or "never"`))
    .option('--for <time>', 'how long from now, in place of --end', duration)
    .option('--grace <time>', 'how long everything stays open after the end', duration);

/** Only what the flags say. @throws Refusal */
export const toTerms = (flags: TermsFlags, now: number): Partial<MembershipTerms> => {
  if (flags.end !== undefined && flags.for !== undefined) throw new Refusal('Say either --end or --for.');
  return {
    ...(flags.start !== undefined && { startsAt: flags.start }),
    ...(flags.end !== undefined && { endsAt: flags.end === 'never' ? null : flags.end }),
    ...(flags.for !== undefined && { endsAt: now + flags.for * 1000 }),
    ...(flags.grace !== undefined && { graceSeconds: flags.grace }),
  };
};
