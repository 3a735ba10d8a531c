import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Header, Line } from './format.js';

const encoder = new TextEncoder();

/** Turns lines into bytes, and sums up what the last line says of all others. */
export interface LineWriter {
  write(line: Line | Header): Uint8Array;
  end(): Uint8Array;
}

export const createLineWriter = (): LineWriter => {
  const sum = sha256.create();
  let lines = 0;
  const encode = (line: Line | Header): Uint8Array => encoder.encode(`${JSON.stringify(line)}\n`);
  return {
    write(line) {
      const bytes = encode(line);
      lines += 1;
      if (!('type' in line) || line.type !== 'bytes') sum.update(bytes);
      return bytes;
    },
    end: () => encode({ type: 'end', lines, sha256: bytesToHex(sum.digest()) }),
  };
};
