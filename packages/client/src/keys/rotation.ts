import type { ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import type { Patience } from '../api/patience.js';
import type { VaultCipher } from '../crypto/index.js';
import { KeysError } from './keys-error.js';
import { fetchKeys } from './server-keys.js';

export interface RotationProgress {
  /** Entries encrypted again by this run. */
  readonly done: number;
  /** Entries still under the old key. It can grow while other devices write. */
  readonly remaining: number;
  /** Entries of this run that no key known here opens. They stay in the log as they are. */
  readonly unreadable: number;
}

export interface RotationRun {
  /** Called after each batch of up to 500 entries. */
  readonly onProgress?: (progress: RotationProgress) => void;
  /** Ends the run, not the rotation: any device can go on with it later. */
  readonly signal?: AbortSignal;
}

export interface RotationResult {
  readonly keyVersion: number;
  /** Entries of the log that nobody could decrypt; null when that answer was lost. */
  readonly unreadable: number | null;
}

interface Job extends RotationRun {
  readonly call: ApiCalls;
  readonly patiently: Patience;
  /** Its newest key is the target. */
  readonly cipher: VaultCipher;
  readonly targetVersion: number;
}

type Entries = Awaited<ReturnType<typeof fetchPage>>['entries'];

const fetchPage = async ({ call, patiently, signal }: Job, cursor: string | number | null) => {
  const { body } = await patiently(
    () => call('rotationEntries', { body: { cursor }, ...(signal && { signal }) }),
    signal,
  );
  return body;
};

/** Encrypts a page again and stores it. Sending a page twice does no harm. */
const convert = async ({ call, patiently, cipher, targetVersion, signal }: Job, page: Entries) => {
  const resealed = await cipher.resealAll(page);
  const entries = page.map(({ seq }, at) => {
    const result = resealed[at];
    return result?.ok ? { seq, data: result.data } : { seq, unreadable: true as const };
  });
  const body = { entries, key_version: targetVersion };
  const answer = await patiently(() => call('rotationBatch', { body, ...(signal && { signal }) }), signal);
  return { remaining: answer.body.remaining, unreadable: resealed.filter(({ ok }) => !ok).length };
};

/** One way through all entries that are not under the target. */
const pass = async (job: Job, before: RotationProgress): Promise<RotationProgress> => {
  let progress = before;
  let cursor: string | number | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: Awaited<ReturnType<typeof fetchPage>> = await fetchPage(job, cursor);
    if (page.entries.length > 0) {
      const { remaining, unreadable } = await convert(job, page.entries);
      progress = {
        done: progress.done + page.entries.length,
        remaining,
        unreadable: progress.unreadable + unreadable,
      };
      job.onProgress?.(progress);
    }
    cursor = page.cursor;
    hasMore = page.has_more;
  }
  return progress;
};

/** What became of a rotation that runs no more: this run, another device, or an answer that was lost has ended it. */
const findEnd = async ({ call, patiently, targetVersion, signal }: Job): Promise<RotationResult> => {
  const stored = await patiently(() => fetchKeys(call, signal), signal);
  if (stored?.version !== targetVersion) throw new KeysError('rotation_aborted');
  return { keyVersion: targetVersion, unreadable: null };
};

/**
 * Brings a rotation that was begun to its end, from wherever it stands. Several devices may do so at once.
 * @throws KeysError `rotation_aborted`
 */
export const finishRotation = async (job: Job): Promise<RotationResult> => {
  let progress: RotationProgress = { done: 0, remaining: 0, unreadable: 0 };
  const { call, patiently, signal } = job;
  for (;;) {
    try {
      progress = await pass(job, progress);
      const { body } = await patiently(() => call('completeRotation', signal ? { signal } : {}), signal);
      return { keyVersion: body.key_version, unreadable: body.unreadable };
    } catch (error) {
      if (isApiError(error, 'no_rotation', 'stale_key_version')) return findEnd(job);
      // Somebody wrote under the old key meanwhile, or the log was set back: look again.
      if (!isApiError(error, 'rotation_incomplete', 'cursor_expired', 'unknown_entry')) throw error;
    }
  }
};
