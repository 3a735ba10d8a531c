import { locale } from './locale.js';

const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

export const formatNumber = (value: number): string => plain.format(value);
export const formatCompact = (value: number): string => compact.format(value);

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export const formatBytes = (bytes: number): string => {
  let power = 0;
  let value = bytes;
  // What would be rounded to 1024 of one unit is one of the next.
  while (value >= 1023.95 && power < units.length - 1) {
    value /= 1024;
    power += 1;
  }
  return `${plain.format(value)} ${power === 0 && bytes === 1 ? 'byte' : units[power]}`;
};

/** What somebody typed as a size: bytes, null for nothing, undefined for what is no size. */
export const parseBytes = (text: string): number | null | undefined => {
  if (text.trim() === '') return null;
  const found = /^([0-9]+(?:\.[0-9]+)?)\s*(?:(b|bytes?)|([kmgt])i?b?)?$/i.exec(text.trim());
  if (!found) return undefined;
  const power = found[3] === undefined ? 0 : ' kmgt'.indexOf(found[3].toLowerCase());
  const bytes = Math.round(Number(found[1]) * 1024 ** power);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
};

/** For a field that takes what `parseBytes` reads, without losing a byte. */
export const toBytesText = (bytes: number | null): string => {
  if (bytes === null) return '';
  for (let power = 4; power > 0; power -= 1) {
    if (bytes % 1024 ** power === 0) return `${bytes / 1024 ** power} ${units[power]}`;
  }
  return String(bytes);
};

export const formatTime = (at: string | number): string => dateAndTime.format(new Date(at));
export const formatClock = (at: number): string => clock.format(at);

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 hours ago", "in 2 days", "now". */
export const formatAgo = (at: string | number, now: number = Date.now()): string => {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return ago.format(Math.trunc(seconds / length), unit);
  }
  return 'just now';
};

/** "3 days, 4 hours" */
export const formatDuration = (seconds: number): string => {
  const parts: string[] = [];
  let rest = Math.floor(seconds);
  for (const [unit, length] of steps.slice(2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.slice(0, 2).join(', ') || 'less than a minute';
};

/** "1 device", "1,204 devices" */
export const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
