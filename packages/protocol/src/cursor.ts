import { limits } from './limits.js';
import { SyncError } from './sync-error.js';

/**
 * A place in a log, as a cursor carries it (P-41).
 *
 * - `epoch`: 16 lower-case hex digits, random, of the life of this log; all zeros stands for "there was no log yet".
 * - `position`: of the last row that was passed; 0 is the start.
 * - `tag`: of the batch that wrote the row at `position`, 32 random bits; 0 when unknown.
 * - `own`: rows of the reading device itself are included up to this position; 0 for none.
 * - `floor`: the compaction floor of the log at the time when this pull began.
 */
export interface Place {
  readonly epoch: string;
  readonly position: number;
  readonly tag: number;
  readonly own: number;
  readonly floor: number;
}

/** `pull` may be read from as it is. `push` (also of status and of streams) only proves how far the log had got. */
export type CursorKind = 'pull' | 'push';

export interface Cursor extends Place {
  readonly kind: CursorKind;
}

/** An integer of the dialect `rust-client`: epoch, marker and floor live with the device instead (P-42). */
export interface IntegerCursor {
  readonly kind: CursorKind;
  readonly epoch: null;
  readonly position: number;
}

export const noEpoch = '0000000000000000';

const markers: Record<CursorKind, number> = { pull: 0x10, push: 0x11 };
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...alphabet].map((character, value) => [character, value]));

const invalid = (): SyncError => new SyncError('invalid_cursor');

const toBase64Url = (bytes: readonly number[]): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const characters = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < characters; k++) text += alphabet[(group >> (18 - 6 * k)) & 63];
  }
  return text;
};

const fromBase64Url = (text: string): number[] => {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = values.get(character);
    if (value === undefined) throw invalid();
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  if (bits >= 6 || held !== 0) throw invalid();
  return bytes;
};

const pushVarint = (bytes: number[], value: number): void => {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
};

const byteReader = (bytes: readonly number[]) => {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw invalid();
    return value;
  };
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const next = byte();
      value += (next & 127) * scale;
      if (!Number.isSafeInteger(value)) throw invalid();
      if (next < 128) {
        if (next === 0 && scale > 1) throw invalid();
        return value;
      }
      scale *= 128;
    }
  };
  return { byte, varint, isAtEnd: () => at === bytes.length };
};

/** Encodes to 20–40 characters of `[A-Za-z0-9_-]`. */
export const encodeCursor = (cursor: Cursor): string => {
  const bytes = [markers[cursor.kind]];
  for (let i = 0; i < 16; i += 2) bytes.push(Number.parseInt(cursor.epoch.slice(i, i + 2), 16));
  for (const shift of [24, 16, 8, 0]) bytes.push((cursor.tag >>> shift) & 255);
  for (const value of [cursor.position, cursor.own, cursor.floor]) pushVarint(bytes, value);
  return toBase64Url(bytes);
};

/** @throws SyncError `invalid_cursor` for anything that `encodeCursor` did not make. */
export const decodeCursor = (text: string): Cursor => {
  const { byte, varint, isAtEnd } = byteReader(fromBase64Url(text));
  const marker = byte();
  const kind = marker === markers.pull ? 'pull' : marker === markers.push ? 'push' : undefined;
  if (kind === undefined) throw invalid();
  let epoch = '';
  for (let i = 0; i < 8; i++) epoch += byte().toString(16).padStart(2, '0');
  let tag = 0;
  for (let i = 0; i < 4; i++) tag = tag * 256 + byte();
  const cursor = { kind, epoch, tag, position: varint(), own: varint(), floor: varint() } as const;
  if (!isAtEnd()) throw invalid();
  return cursor;
};

/** @throws RangeError when the position does not fit below 2^53 with its mark. */
export const encodeIntegerCursor = (cursor: Pick<IntegerCursor, 'kind' | 'position'>): number => {
  const value = cursor.position * 2 + (cursor.kind === 'push' ? 1 : 0);
  if (!Number.isSafeInteger(value)) throw new RangeError('The position does not fit into an integer cursor.');
  return value;
};

export const decodeIntegerCursor = (value: number): IntegerCursor => {
  if (!Number.isSafeInteger(value) || value < 0) throw invalid();
  return { kind: value % 2 === 1 ? 'push' : 'pull', epoch: null, position: Math.floor(value / 2) };
};

/**
 * Reads the `cursor` of a request: absent, null, "" and 0 mean the start; a number or a string of digits is an
 * integer cursor; anything else is an opaque one.
 * @throws SyncError `invalid_cursor`
 */
export const parseCursor = (value: string | number | null | undefined): Cursor | IntegerCursor | null => {
  if (value === undefined || value === null || value === '' || value === 0 || value === '0') return null;
  if (typeof value === 'number') return decodeIntegerCursor(value);
  if (value.length > limits.cursorCharacters) throw invalid();
  return /^[0-9]{1,16}$/.test(value) ? decodeIntegerCursor(Number(value)) : decodeCursor(value);
};

export const isIntegerCursor = (cursor: Cursor | IntegerCursor): cursor is IntegerCursor => cursor.epoch === null;
