import { createCipheriv, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobSource } from '../blob-source.js';
import { toStream } from '../byte-streams.js';
import { readFileRange } from './file-source.js';

/** What was spooled. Dispose of it when it is uploaded. */
export interface SpooledStream extends BlobSource {
  dispose(): Promise<void>;
}

const algorithm = 'aes-256-ctr';
const blockLength = 16;

/** The counter of the block that holds this offset: each block of the file can be read without those before it. */
const counterAt = (offset: number): Buffer => {
  const counter = Buffer.alloc(blockLength);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / blockLength)), 8);
  return counter;
};

/**
 * Puts a stream that can be read only once (a Node stream, a Web stream) into a temporary file, so that it can be
 * uploaded. The file is encrypted under a key that only this process has, so it is of no use to anybody afterwards.
 * @param folder Where there is room; the system's folder for temporary files without it
 */
export const spoolStream = async (
  stream: AsyncIterable<Uint8Array>,
  folder: string = tmpdir(),
): Promise<SpooledStream> => {
  const own = await mkdtemp(join(folder, 'synckeep-spool-'));
  const dispose = (): Promise<void> => rm(own, { recursive: true, force: true });
  const path = join(own, 'bytes');
  const key = randomBytes(32);
  try {
    await pipeline(
      stream,
      createCipheriv(algorithm, key, counterAt(0)),
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    await dispose();
    throw error;
  }

  /** In counter mode encrypting again is decrypting. */
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    const skipped = start % blockLength;
    const decipher = createCipheriv(algorithm, key, counterAt(start));
    decipher.update(Buffer.alloc(skipped));
    for await (const bytes of readFileRange(path, start, end)) yield decipher.update(bytes);
  }

  const { size } = await stat(path);
  return { size, open: (start, end) => toStream(read(start, end)), dispose };
};
