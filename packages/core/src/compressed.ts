import { accepts } from './accepts.js';
import type { Compressor } from './ports/index.js';

interface Compressed {
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** The value of `Content-Encoding`; null: left as they were. */
  readonly encoding: string | null;
}

/** Chunks in the first of these encodings that the client's `Accept-Encoding` asks for. Whoever leaves early ends them too. */
export const compressed = (
  chunks: AsyncGenerator<string>,
  acceptEncoding: string | undefined,
  compressors: readonly Compressor[],
): Compressed => {
  const compressor = compressors.find(({ encoding }) => accepts(acceptEncoding, encoding));
  return compressor
    ? { chunks: compressor.compress(chunks), encoding: compressor.encoding }
    : { chunks, encoding: null };
};

/** That of every runtime with Web streams. It keeps up to 16 KiB back until more comes or all has come. */
export const portableCompressors: readonly Compressor[] = [
  {
    encoding: 'gzip',
    async *compress(chunks) {
      const encoder = new TextEncoder();
      const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller) {
          const next = await chunks.next();
          if (next.done) controller.close();
          else controller.enqueue(encoder.encode(next.value));
        },
        async cancel() {
          await chunks.return(undefined);
        },
      });
      const reader = source.pipeThrough(new CompressionStream('gzip')).getReader();
      try {
        for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
      } finally {
        await reader.cancel();
      }
    },
  },
];
