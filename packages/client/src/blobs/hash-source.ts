import type { BlobSource } from './blob-source.js';
import { type BlobSecret, encryptedRange } from './encrypted-range.js';

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
  const [plaintext, ciphertext] = await Promise.all([createSHA256(), createSHA256()]);
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
  for await (const bytes of encryptedRange(noted, secret)) {
    signal?.throwIfAborted();
    ciphertext.update(bytes);
  }
  return { plaintext: plaintext.digest('hex'), ciphertext: ciphertext.digest('hex') };
};
