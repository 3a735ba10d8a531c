import type { BlobSource } from './blob-source.js';
import { type BlobSecret, encryptedRange } from './encrypted-range.js';

/** SHA-256, in hex, of bytes as they come. */
export const hashChunks = async (chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<string> => {
  const { createSHA256 } = await import('hash-wasm');
  const hasher = await createSHA256();
  for await (const bytes of chunks) {
    signal?.throwIfAborted();
    hasher.update(bytes);
  }
  return hasher.digest('hex');
};

/**
 * SHA-256, in hex, of a source and of what it becomes encrypted. The server wants the hash before the bytes, so they are
 * encrypted twice rather than kept.
 */
export const hashSource = async (
  source: BlobSource,
  secret: BlobSecret,
  signal?: AbortSignal,
): Promise<{ readonly plaintext: string; readonly ciphertext: string }> => {
  const { createSHA256 } = await import('hash-wasm');
  const plaintext = await createSHA256();
  const noted: BlobSource = {
    size: source.size,
    open: (start, end) =>
      source.open(start, end).pipeThrough(
        new TransformStream({
          transform(bytes, controller) {
            plaintext.update(bytes);
            controller.enqueue(bytes);
          },
        }),
      ),
  };
  const ciphertext = await hashChunks(encryptedRange(noted, secret), signal);
  return { plaintext: plaintext.digest('hex'), ciphertext };
};
