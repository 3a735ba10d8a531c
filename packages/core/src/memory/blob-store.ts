import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SyncError } from '@synckeep/protocol';
import { toAcceptance } from '../blobs/acceptance.js';
import type { ByteRange } from '../blobs/byte-range.js';
import { toDownloadAnswer } from '../blobs/download-answer.js';
import { createUrlSigner, type UploadGrant } from '../blobs/signed-url.js';
import { systemClock, systemRandom } from '../environment.js';
import type { Answer, BlobStore, Call, Clock, StoredObject } from '../ports/index.js';
import { compareBytes } from './text-bytes.js';

export interface MemoryBlobStoreOptions {
  /** Where clients reach the operations, with the prefix: `http://127.0.0.1:8787/api/sync`. Asked for each URL. */
  readonly baseUrl: () => string;
  readonly clock?: Clock;
  /** At least 32 bytes that sign the URLs; random by default. */
  readonly secret?: Uint8Array;
}

interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly modifiedAt: number;
}

const bytesPerChunk = 65_536;

/** @throws SyncError `blob_mismatch` unless exactly these bytes come, also when the connection ends early. */
const receive = async (
  body: AsyncIterable<Uint8Array>,
  { sizeBytes, hash }: Pick<UploadGrant, 'sizeBytes' | 'hash'>,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of body) {
      received += chunk.length;
      if (received > sizeBytes) break;
      chunks.push(chunk.slice());
    }
  } catch (cause) {
    throw new SyncError('blob_mismatch', { cause });
  }
  if (received !== sizeBytes) throw new SyncError('blob_mismatch');
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (bytesToHex(sha256(bytes)) !== hash) throw new SyncError('blob_mismatch');
  return bytes;
};

async function* readBytes(bytes: Uint8Array, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += bytesPerChunk) yield bytes.slice(at, Math.min(at + bytesPerChunk, end));
}

/** Blobs in memory, behind signed URLs that this process serves itself. Nothing outlives the process. */
export const createMemoryBlobStore = ({
  baseUrl,
  clock = systemClock,
  secret = systemRandom.bytes(32),
}: MemoryBlobStoreOptions): BlobStore => {
  const objects = new Map<string, StoredBytes>();
  const keys = [{ id: 'memory', bytes: secret }];
  const signer = createUrlSigner({ secrets: { list: () => keys }, baseUrl, clock });

  const write: BlobStore['write'] = async ({ objectKey, sizeBytes, hash }, chunks) => {
    const bytes = await receive(chunks, { sizeBytes, hash });
    if (!objects.has(objectKey)) objects.set(objectKey, { bytes, hash, modifiedAt: clock.now() });
  };

  const inspect = async (objectKey: string): Promise<StoredObject | null> => {
    const object = objects.get(objectKey);
    return object ? { sizeBytes: object.bytes.length, hash: object.hash } : null;
  };

  const upload = async (call: Call, rest: string): Promise<Answer> => {
    const grant = signer.verifyUpload(call, rest);
    await write(grant, call.body.chunks());
    return { status: 200, headers: { 'cache-control': 'no-store', etag: `"${grant.hash}"` }, body: null };
  };

  const download = (call: Call, rest: string): Answer => {
    const object = objects.get(signer.verifyDownload(call, rest));
    if (!object) throw new SyncError('blob_not_found');
    const { bytes, hash } = object;
    return toDownloadAnswer(call, { sizeBytes: bytes.length, hash, open: (range) => readBytes(bytes, range) });
  };

  return {
    async signUpload(target) {
      // The hash is part of the signature, so it is enforced without a header.
      return { url: signer.signUpload(target), headers: {} };
    },

    parts: null,

    async accept(object) {
      return toAcceptance(await inspect(object.objectKey), object);
    },

    async signDownload(objectKey, expiresAt) {
      return signer.signDownload(objectKey, expiresAt);
    },

    inspect,

    async read(objectKey) {
      const object = objects.get(objectKey);
      return object ? readBytes(object.bytes, { start: 0, end: object.bytes.length }) : null;
    },

    write,

    async delete(objectKey) {
      objects.delete(objectKey);
    },

    async list(after, limit) {
      return [...objects]
        .map(([objectKey, { modifiedAt }]) => ({ objectKey, modifiedAt }))
        .filter(({ objectKey }) => after === null || compareBytes(objectKey, after) > 0)
        .sort((a, b) => compareBytes(a.objectKey, b.objectKey))
        .slice(0, limit);
    },

    async health() {},

    routes: [
      {
        methods: ['GET', 'HEAD', 'PUT'],
        path: signer.routePath,
        async handle(call, rest) {
          return call.method === 'PUT' ? upload(call, rest) : download(call, rest);
        },
      },
    ],
  };
};
