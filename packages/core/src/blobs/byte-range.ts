/** Bytes from `start` up to, not with, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const single = /^bytes=(?:([0-9]{1,15})-([0-9]{1,15})?|-([0-9]{1,15}))$/i;

/**
 * What a `Range` header asks of `size` bytes. null: all of them, as for any header that is not one well-formed range
 * (RFC 9110, 14.2). `unsatisfiable`: the answer is 416.
 */
export const parseByteRange = (header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null => {
  const match = single.exec(header ?? '');
  if (!match) return null;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== undefined && Number(last) < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === undefined ? size : Math.min(Number(last) + 1, size) };
};
