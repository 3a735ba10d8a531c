import type { BlobRef } from './blob-ref.js';

/** What a device knows of bytes that it has begun to upload. */
export interface BlobNote {
  readonly ref: BlobRef;
  /** Of an upload in parts that may not be complete. */
  readonly uploadId: string | null;
}

/**
 * Where uploads are noted by the SHA-256 of their plaintext, so that the same file is not stored twice and an upload goes
 * on after a restart. Notes hold keys of blobs: keep them as safe as the rows. Losing them costs an upload.
 */
export interface BlobNotes {
  load(plaintextHash: string): Promise<BlobNote | null>;
  save(plaintextHash: string, note: BlobNote): Promise<void>;
}

/** Notes that last as long as the program. */
export const createMemoryBlobNotes = (): BlobNotes => {
  const notes = new Map<string, BlobNote>();
  return {
    load: async (plaintextHash) => notes.get(plaintextHash) ?? null,
    async save(plaintextHash, note) {
      notes.set(plaintextHash, note);
    },
  };
};
