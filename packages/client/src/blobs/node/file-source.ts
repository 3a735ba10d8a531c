import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobSource } from '../blob-source.js';
import { toStream } from '../byte-streams.js';

/** Bytes from `start` up to `end` of a file; nothing is opened for an empty range. */
export const readFileRange = (path: string, start: number, end: number): Readable =>
  start === end ? Readable.from([]) : createReadStream(path, { start, end: end - 1 });

async function* bytesOf(readable: Readable): AsyncGenerator<Uint8Array> {
  for await (const bytes of readable) yield bytes;
}

/** A file on the disk, to be uploaded. */
export const openFileSource = async (path: string): Promise<BlobSource> => {
  const { size } = await stat(path);
  return { size, open: (start, end) => toStream(bytesOf(readFileRange(path, start, end))) };
};
