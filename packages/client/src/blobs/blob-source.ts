/** Bytes that can be read several times, in parts: a file. */
export interface BlobSource {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. */
  open(start: number, end: number): ReadableStream<Uint8Array>;
}

/** What can be uploaded. A stream that can be read only once must be put somewhere first: see `spoolStream` for Node. */
export type BlobInput = Blob | Uint8Array | BlobSource;

export const toBlobSource = (input: BlobInput): BlobSource => {
  if (input instanceof Uint8Array) return toBlobSource(new Blob([new Uint8Array(input)]));
  if (!(input instanceof Blob)) return input;
  return { size: input.size, open: (start, end) => input.slice(start, end).stream() };
};
