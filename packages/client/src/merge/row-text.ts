import { isMoment } from './hybrid-clock.js';
import type { Version } from './version.js';

/** One state of a row: `value` is JSON, null when the row is deleted. */
export interface RowState {
  readonly value: string | null;
  readonly version: Version;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The plaintext of a change: `<count> <moment>` on the first line, then the row as JSON, nothing for a deleted one. */
export const toRowBytes = ({ value, version }: RowState): Uint8Array =>
  encoder.encode(`${version.count} ${version.moment}\n${value ?? ''}`);

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 1;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** @returns null when the bytes are not what `toRowBytes` makes, or do not fit the op they came with */
export const fromRowBytes = (bytes: Uint8Array, isDelete: boolean): RowState | null => {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return null;
  }
  const end = text.indexOf('\n');
  const space = text.indexOf(' ');
  if (space < 1 || end < space) return null;
  const count = Number(text.slice(0, space));
  const moment = text.slice(space + 1, end);
  const value = text.slice(end + 1);
  if (!isCount(count) || !isMoment(moment) || isDelete !== (value === '')) return null;
  if (!isDelete && !isJson(value)) return null;
  return { value: isDelete ? null : value, version: { count, moment } };
};
