/** Compresses an answer as it is sent. Runtimes have different ones, so the host says which. */
export interface Compressor {
  /** As in `Content-Encoding`: `gzip`, `zstd`. */
  readonly encoding: string;
  /**
   * Compressed chunks of the text. It takes the next chunk when it has room for it, and ends `chunks` when it is itself
   * ended early. What a chunk becomes is not kept until the next one comes, so that a reader need not wait for that.
   */
  compress(chunks: AsyncGenerator<string>): AsyncGenerator<Uint8Array>;
}
