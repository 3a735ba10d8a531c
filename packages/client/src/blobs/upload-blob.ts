import type { ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import type { Patience } from '../api/patience.js';
import { toBase64url } from '../crypto/base64url.js';
import { blobPrefixOf } from '../crypto/blob-stream.js';
import { secureRandom } from '../crypto/index.js';
import { type BlobCache, intoCache } from './blob-cache.js';
import { BlobError } from './blob-error.js';
import type { BlobNote, BlobNotes } from './blob-notes.js';
import { type BlobRef, encryptedSizeOf, keyOf } from './blob-ref.js';
import type { BlobSource } from './blob-source.js';
import { chunksOf, toStream } from './byte-streams.js';
import type { BlobRun } from './create-blobs.js';
import { encryptedRange } from './encrypted-range.js';
import { hashChunks, hashSource } from './hash-source.js';
import type { PutBytes } from './transfer.js';

interface UploadMeans {
  readonly call: ApiCalls;
  readonly put: PutBytes;
  readonly notes: BlobNotes;
  readonly cache: BlobCache | null;
  readonly patiently: Patience;
  readonly partSize: number | null;
}

type Reservation = Awaited<ReturnType<typeof reserve>>;

/** The encrypted bytes from `start` up to `end`, as often as they are wanted. */
type Encrypted = (start: number, end: number) => AsyncGenerator<Uint8Array>;

/** What is known of one upload. */
interface OneNote {
  load(): Promise<BlobNote>;
  save(note: BlobNote): Promise<void>;
}

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

/** The same bytes, which a cache keeps when they pass as a whole. */
const throughCache =
  (cache: BlobCache, ref: BlobRef, encrypted: Encrypted): Encrypted =>
  (start, end) => {
    const chunks = encrypted(start, end);
    const isWhole = start === 0 && end === encryptedSizeOf(ref);
    return isWhole ? intoCache(cache, ref, chunks, (written) => written) : chunks;
  };

const fromCache = (cache: BlobCache, { hash }: BlobRef): Encrypted =>
  async function* read(start, end) {
    const near = await cache.read(hash);
    let at = 0;
    if (near !== null) {
      for await (const bytes of chunksOf(near)) {
        const wanted = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at));
        if (wanted.length > 0) yield wanted;
        at += bytes.length;
        if (at >= end) return;
      }
    }
    throw new BlobError('source_changed');
  };

export const createUpload = (means: UploadMeans) => {
  const { call, put, notes, cache, patiently } = means;

  /** Sends one range of the encrypted bytes. */
  const sendRange = (
    encrypted: Encrypted,
    ref: BlobRef,
    [start, end]: readonly [number, number],
    { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    { onProgress, signal }: BlobRun,
  ): Promise<void> => {
    const total = encryptedSizeOf(ref);
    async function* counted(): AsyncGenerator<Uint8Array> {
      let done = start;
      for await (const bytes of encrypted(start, end)) {
        yield bytes;
        done += bytes.length;
        onProgress?.({ done, total });
      }
    }
    return put({ url, headers, size: end - start, open: () => toStream(counted()), ...(signal && { signal }) });
  };

  /** Sends what the server says is missing of an upload in parts, until nothing is. */
  const sendParts = async (
    encrypted: Encrypted,
    note: BlobNote,
    save: OneNote['save'],
    first: NonNullable<Reservation['upload']>,
    run: BlobRun,
  ): Promise<void> => {
    let upload: Reservation['upload'] = first;
    for (let current = note; upload && upload.parts.length > 0; ) {
      current = { ...current, uploadId: upload.id };
      await save(current);
      const { part_size, parts } = upload;
      for (const { part_number, url } of parts) {
        const start = (part_number - 1) * part_size;
        const range = [start, Math.min(start + part_size, encryptedSizeOf(note.ref))] as const;
        await sendRange(encrypted, note.ref, range, { url, headers: {} }, run);
      }
      upload = (await reserve(means, current, run.signal)).upload;
    }
  };

  /** @returns false when it is there already */
  const sendMissing = async (encrypted: Encrypted, { load, save }: OneNote, run: BlobRun): Promise<boolean> => {
    const note = await load();
    const reservation = await reserve(means, note, run.signal);
    if (reservation.already_exists) return false;
    if (reservation.upload) {
      await sendParts(encrypted, note, save, reservation.upload, run);
      return true;
    }
    const { upload_url, upload_headers = {} } = reservation;
    const whole = [0, encryptedSizeOf(note.ref)] as const;
    await sendRange(encrypted, note.ref, whole, { url: upload_url, headers: upload_headers }, run);
    return true;
  };

  /** Sends until the server has it. @throws BlobError `not_stored` */
  const send = async (ref: BlobRef, encrypted: Encrypted, note: OneNote, run: BlobRun): Promise<void> => {
    for (let tries = 1; ; tries++) {
      // A broken line, an expired URL: each try begins with what the server says is missing.
      const isSent = await patiently(() => sendMissing(encrypted, note, run), run.signal);
      try {
        const body = { hash: ref.hash, size_bytes: encryptedSizeOf(ref) };
        if (isSent) await patiently(() => call('confirmBlob', { body }), run.signal);
        run.onProgress?.({ done: encryptedSizeOf(ref), total: encryptedSizeOf(ref) });
        return;
      } catch (error) {
        if (!isApiError(error, 'blob_not_uploaded', 'blob_mismatch')) throw error;
        // Whatever was kept on the way is not what the reference stands for.
        await cache?.delete(ref.hash);
        if (tries === maxTries) throw new BlobError('not_stored', error);
      }
    }
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

  return {
    async upload(source: BlobSource, run: BlobRun): Promise<BlobRef> {
      const { digest, note } = await noteOf(source, run);
      const { ref } = note;
      const key = keyOf(ref);
      const encrypted: Encrypted = (start, end) =>
        encryptedRange(source, { key, prefix: blobPrefixOf(key) }, start, end);
      const oneNote: OneNote = {
        load: async () => (await notes.load(digest)) ?? note,
        save: (next) => notes.save(digest, next),
      };
      await send(ref, cache ? throughCache(cache, ref, encrypted) : encrypted, oneNote, run);
      return ref;
    },

    /** @returns false when there is no good copy */
    async restore(ref: BlobRef, run: BlobRun): Promise<boolean> {
      const near = await cache?.read(ref.hash);
      if (!cache || !near) return false;
      if ((await hashChunks(chunksOf(near), run.signal)) !== ref.hash) {
        await cache.delete(ref.hash);
        return false;
      }
      let note: BlobNote = { ref, uploadId: null };
      const oneNote: OneNote = {
        load: async () => note,
        async save(next) {
          note = next;
        },
      };
      await send(ref, fromCache(cache, ref), oneNote, run);
      return true;
    },
  };
};
