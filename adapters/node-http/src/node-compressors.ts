import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Compressor } from '@synckeep/core';

const toCompressor = (encoding: string, create: () => Transform): Compressor => ({
  encoding,
  async *compress(chunks) {
    const transform = create();
    // Its failure is thrown by the loop below, where its end is seen too.
    pipeline(Readable.from(chunks), transform, () => {});
    for await (const part of transform) yield part;
  },
});

/** What of `node:zlib` came with Node 22.15 and 23.8. */
interface Zstd {
  readonly constants: object;
  readonly createZstdCompress?: (options: { readonly flush: number }) => Transform;
}

/**
 * How this Node compresses answers, the better one first: zstd from 22.15 on, gzip always. Both send what they have of a
 * page without waiting for the next one; encrypted data gains nothing by more than the least effort.
 */
export const createNodeCompressors = (): readonly Compressor[] => {
  const { createZstdCompress }: Zstd = zlib;
  const { Z_BEST_SPEED: level, Z_SYNC_FLUSH: flush } = zlib.constants;
  // ZSTD_e_flush, which older versions of Node do not name.
  const zstd = createZstdCompress && toCompressor('zstd', () => createZstdCompress({ flush: 1 }));
  return [...(zstd ? [zstd] : []), toCompressor('gzip', () => zlib.createGzip({ level, flush }))];
};
