import type { ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import type { Patience } from '../api/patience.js';
import { toBase64url } from '../crypto/base64url.js';
import { blobPrefixOf } from '../crypto/blob-stream.js';
import { secureRandom } from '../crypto/index.js';
import { BlobError } from './blob-error.js';
import type { BlobNote, BlobNotes } from './blob-notes.js';
import { type BlobRef, encryptedSizeOf, keyOf } from './blob-ref.js';
import type { BlobSource } from './blob-source.js';
import { toStream } from './byte-streams.js';
import type { BlobRun } from './create-blobs.js';
import { encryptedRange } from './encrypted-range.js';
import { hashSource } from './hash-source.js';
import type { PutBytes } from './transfer.js';

interface UploadMeans {
  readonly call: ApiCalls;
  readonly put: PutBytes;
  readonly notes: BlobNotes;
  readonly patiently: Patience;
  readonly partSize: number | null;
}

type Reservation = Awaited<ReturnType<typeof reserve>>;

const maxTries = 3;

const reserve = async ({ call, partSize }: UploadMeans, { ref, uploadId }: BlobNote, signal?: AbortSignal) => {
  const body = {
    hash: ref.hash,
    size_bytes: encryptedSizeOf(ref),
    checksum_header: true,
    upload: { ...(partSize !== null && { part_size: partSize }), ...(uploadId !== null && { id: uploadId }) },
  };
  return (await call('uploadBlob', { body, ...(signal && { signal }) })).body;
};

export const createUpload = (means: UploadMeans) => {
  const { call, put, notes, patiently } = means;

  /** Sends one range of the encrypted bytes. */
  const sendRange = (
    source: BlobSource,
    ref: BlobRef,
    [start, end]: readonly [number, number],
    { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    { onProgress, signal }: BlobRun,
  ): Promise<void> => {
    const key = keyOf(ref);
    const total = encryptedSizeOf(ref);
    async function* counted(): AsyncGenerator<Uint8Array> {
      let done = start;
      for await (const bytes of encryptedRange(source, { key, prefix: blobPrefixOf(key) }, start, end)) {
        yield bytes;
        done += bytes.length;
        onProgress?.({ done, total });
      }
    }
    return put({ url, headers, size: end - start, open: () => toStream(counted()), ...(signal && { signal }) });
  };

  /** Sends what the server says is missing of an upload in parts, until nothing is. */
  const sendParts = async (
    source: BlobSource,
    digest: string,
    note: BlobNote,
    first: NonNullable<Reservation['upload']>,
    run: BlobRun,
  ): Promise<void> => {
    let upload: Reservation['upload'] = first;
    for (let current = note; upload && upload.parts.length > 0; ) {
      current = { ...current, uploadId: upload.id };
      await notes.save(digest, current);
      const { part_size, parts } = upload;
      for (const { part_number, url } of parts) {
        const start = (part_number - 1) * part_size;
        const range = [start, Math.min(start + part_size, encryptedSizeOf(note.ref))] as const;
        await sendRange(source, note.ref, range, { url, headers: {} }, run);
      }
      upload = (await reserve(means, current, run.signal)).upload;
    }
  };

  /** @returns false when it is there already */
  const sendMissing = async (source: BlobSource, digest: string, note: BlobNote, run: BlobRun): Promise<boolean> => {
    const reservation = await reserve(means, note, run.signal);
    if (reservation.already_exists) return false;
    if (reservation.upload) {
      await sendParts(source, digest, note, reservation.upload, run);
      return true;
    }
    const { upload_url, upload_headers = {} } = reservation;
    const whole = [0, encryptedSizeOf(note.ref)] as const;
    await sendRange(source, note.ref, whole, { url: upload_url, headers: upload_headers }, run);
    return true;
  };

  const noteOf = async (source: BlobSource, { signal }: BlobRun): Promise<{ digest: string; note: BlobNote }> => {
    const key = secureRandom(32);
    const { plaintext, ciphertext } = await hashSource(source, { key, prefix: blobPrefixOf(key) }, signal);
    const known = await notes.load(plaintext);
    if (known && known.ref.size === source.size) return { digest: plaintext, note: known };
    const note = { ref: { hash: ciphertext, key: toBase64url(key), size: source.size }, uploadId: null };
    await notes.save(plaintext, note);
    return { digest: plaintext, note };
  };

  return async (source: BlobSource, run: BlobRun): Promise<BlobRef> => {
    const { digest, note } = await noteOf(source, run);
    const { ref } = note;
    for (let tries = 1; ; tries++) {
      // A broken line, an expired URL: each try begins with what the server says is missing.
      const isSent = await patiently(async () => {
        const now = (await notes.load(digest)) ?? note;
        return sendMissing(source, digest, now, run);
      }, run.signal);
      try {
        const body = { hash: ref.hash, size_bytes: encryptedSizeOf(ref) };
        if (isSent) await patiently(() => call('confirmBlob', { body }), run.signal);
        run.onProgress?.({ done: encryptedSizeOf(ref), total: encryptedSizeOf(ref) });
        return ref;
      } catch (error) {
        if (!isApiError(error, 'blob_not_uploaded', 'blob_mismatch')) throw error;
        if (tries === maxTries) throw new BlobError('not_stored', error);
      }
    }
  };
};
