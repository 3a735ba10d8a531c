/** `length` bytes that are no pattern of 64 KiB: byte n is 7 n mod 251. */
export const fill = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, n) => (7 * n) % 251);

/** These bytes in pieces of `pieceLength`. */
export const streamOf = (bytes: Uint8Array, pieceLength = bytes.length || 1): ReadableStream<Uint8Array> => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + pieceLength));
      at += pieceLength;
    },
  });
};

export const collect = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
};
