import { accepts } from './accepts.js';

/** The better one first; which of them a runtime has is found out. */
const formats = ['zstd', 'gzip'];

const createCompression = (format: string) => {
  try {
    return new CompressionStream(format as 'gzip');
  } catch {
    // This runtime does not have it.
    return null;
  }
};

interface Compressed {
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** The value of `Content-Encoding`; null: left as they were. */
  readonly encoding: string | null;
}

/** Chunks in the encoding that the client's `Accept-Encoding` asks for. Whoever leaves early ends them too. */
export const compressed = (chunks: AsyncGenerator<string>, acceptEncoding: string | undefined): Compressed => {
  for (const encoding of formats) {
    const compression = accepts(acceptEncoding, encoding) && createCompression(encoding);
    if (compression) return { chunks: through(chunks, compression), encoding };
  }
  return { chunks, encoding: null };
};

async function* through(chunks: AsyncGenerator<string>, compression: CompressionStream): AsyncGenerator<Uint8Array> {
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
  const reader = source.pipeThrough(compression).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}
