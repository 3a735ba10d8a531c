import { isSyncError } from '@synckeep/protocol';
import type { BlobStore, StoredObject } from '../ports/index.js';
import { hashOfKey } from './object-key.js';

const objectsPerPage = 200;
const failuresKept = 100;

export interface CopyCounts {
  /** Copied now. */
  copied: number;
  copiedBytes: number;
  /** In the other store already, with the same size and hash. */
  present: number;
  /** Removed from the source while it was copied. */
  gone: number;
  failed: number;
}

export interface CopyFailure {
  readonly objectKey: string;
  readonly fault: unknown;
}

export interface CopyReport extends CopyCounts {
  /** The first hundred of those that failed. */
  readonly failures: readonly CopyFailure[];
}

export interface CopyBlobsOptions {
  readonly from: BlobStore;
  readonly to: BlobStore;
  /** Objects at a time; 4 by default. */
  readonly concurrency?: number;
  /** Told of what was done so far, again and again. */
  readonly onProgress?: (counts: Readonly<CopyCounts>) => void;
  /** Ends the copying with the objects that are under way. */
  readonly signal?: AbortSignal;
}

/**
 * Copies every object of one store into another, each verified by its SHA-256: the one that its key names, where it
 * names one, so that a damaged object is not copied as if it were whole. Safe to repeat and to interrupt: what is there
 * is compared and left alone. One object that cannot be copied does not stop the others.
 */
export const copyBlobs = async (options: CopyBlobsOptions): Promise<CopyReport> => {
  const { from, to, concurrency = 4, onProgress = () => {}, signal } = options;
  const counts: CopyCounts = { copied: 0, copiedBytes: 0, present: 0, gone: 0, failed: 0 };
  const failures: CopyFailure[] = [];

  /** What the object must be; null when it is gone. */
  const expectedOf = async (objectKey: string): Promise<StoredObject | null> => {
    // A size that no object has, so that it is not read only to tell its size.
    const found = await from.inspect(objectKey, -1);
    const hash = hashOfKey(objectKey);
    if (!found || hash === null) return found && from.inspect(objectKey, found.sizeBytes);
    return { sizeBytes: found.sizeBytes, hash };
  };

  const copy = async (objectKey: string): Promise<'copied' | 'present' | 'gone'> => {
    const expected = await expectedOf(objectKey);
    if (!expected) return 'gone';
    const present = await to.inspect(objectKey, expected.sizeBytes);
    if (present?.sizeBytes === expected.sizeBytes && present.hash === expected.hash) return 'present';
    if (present) throw new Error('The other store has something else under its key.');
    const chunks = await from.read(objectKey);
    if (!chunks) return 'gone';
    try {
      await to.write({ objectKey, ...expected }, chunks);
    } catch (error) {
      if (!isSyncError(error) || error.code !== 'blob_mismatch') throw error;
      throw new Error('Its bytes are not those that it was stored with: it is damaged.', { cause: error });
    }
    counts.copiedBytes += expected.sizeBytes;
    return 'copied';
  };

  const attempt = async (objectKey: string): Promise<void> => {
    try {
      counts[await copy(objectKey)] += 1;
    } catch (fault) {
      counts.failed += 1;
      if (failures.length < failuresKept) failures.push({ objectKey, fault });
    }
    onProgress(counts);
  };

  for (let after: string | null = null; !signal?.aborted; ) {
    const page: readonly { readonly objectKey: string }[] = await from.list(after, objectsPerPage);
    const waiting = page.map(({ objectKey }) => objectKey);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !signal?.aborted; next = waiting.shift()) {
        await attempt(next);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    after = page.at(-1)?.objectKey ?? null;
    if (after === null) break;
  }
  return { ...counts, failures };
};
