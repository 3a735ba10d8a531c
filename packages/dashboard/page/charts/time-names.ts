import { locale } from '../text/locale.js';
import type { Step } from './slots.js';

const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayAndHour = new Intl.DateTimeFormat(locale, {
  ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});
// The server counts days in UTC.
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const wholeDay = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});
const localDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });

export interface SlotNames {
  /** Whether a slot gets a name on the axis, where there is room. */
  isNamed(at: number): boolean;
  short(at: number): string;
  long(at: number): string;
}

/** How hours or days are called, on an axis and alone. @param isLong more hours than one day has */
export const toSlotNames = (step: Step, isLong: boolean): SlotNames => {
  if (step === 'day') return { isNamed: () => true, short: (at) => day.format(at), long: (at) => wholeDay.format(at) };
  const hourOf = (at: number): number => new Date(at).getHours();
  return {
    isNamed: (at) => hourOf(at) % (isLong ? 24 : 3) === 0,
    short: (at) => (isLong ? localDay : hour).format(at),
    long: (at) => dayAndHour.format(at),
  };
};
