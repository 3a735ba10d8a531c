import { concat, toUtf8, uint32 } from './bytes.js';

export const blobVersion = 1;
export const prefixLength = 19;
export const headerLength = 1 + prefixLength;
export const chunkLength = 65_536;

/** What follows a header, chunk by chunk: 4 billion of them are 256 TiB. */
export const chunkNonce = (prefix: Uint8Array, index: number, isLast: boolean): Uint8Array => {
  if (index > 0xffff_ffff) throw new RangeError('A blob has at most 256 TiB.');
  return concat(prefix, uint32(index), Uint8Array.of(isLast ? 1 : 0));
};

export const chunkAssociatedData: Uint8Array = concat(toUtf8('synckeep/1/blob'), Uint8Array.of(blobVersion));

/** Cuts what comes into pieces of `length` bytes; the last piece, which may be empty, is told apart from the others. */
export const createCutter = (length: number, take: (piece: Uint8Array, isLast: boolean) => void) => {
  let held = new Uint8Array(length);
  let filled = 0;
  return {
    push(bytes: Uint8Array): void {
      for (let at = 0; at < bytes.length; ) {
        if (filled === length) {
          // Only now it is known that this was not the last one.
          take(held, false);
          held = new Uint8Array(length);
          filled = 0;
        }
        const part = bytes.subarray(at, at + length - filled);
        held.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    end(): void {
      take(held.subarray(0, filled), true);
    },
  };
};
