import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SyncError } from '@synckeep/protocol';
import { systemClock, systemRandom } from '../environment.js';
import type { Answer, BlobStore, Call, Clock, StreamBody } from '../ports/index.js';
import { parseByteRange } from './byte-range.js';
import { fromSigned, toSigned } from './signed-url.js';
import { compareBytes } from './text-bytes.js';

export interface MemoryBlobStoreOptions {
  /** Where clients reach the operations, with the prefix: `http://127.0.0.1:8787/api/sync`. Asked for each URL. */
  readonly baseUrl: () => string;
  readonly clock?: Clock;
  /** Signs the URLs; random by default. */
  readonly secret?: Uint8Array;
}

interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly modifiedAt: number;
}

const routePath = '/blobs/object/';
const bytesPerChunk = 65_536;

/** Bytes of users may share an origin with pages, so no browser may run or show them (P-105). */
const blobHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'no-store',
  'content-disposition': 'attachment',
  'content-security-policy': "sandbox; default-src 'none'",
  'content-type': 'application/octet-stream',
  'x-content-type-options': 'nosniff',
} as const;

/** @throws SyncError `blob_mismatch` unless exactly these bytes come, also when the connection ends early. */
const receive = async (call: Call, { sizeBytes, hash }: { sizeBytes: number; hash: string }): Promise<Uint8Array> => {
  const announced = call.header('content-length');
  if (announced !== undefined && Number(announced) !== sizeBytes) throw new SyncError('blob_mismatch');
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of call.body.chunks()) {
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

const toBody = (bytes: Uint8Array): StreamBody => ({
  chunks: (async function* () {
    for (let at = 0; at < bytes.length; at += bytesPerChunk) yield bytes.slice(at, at + bytesPerChunk);
  })(),
  cut: new AbortController().signal,
});

const serve = (call: Call, { bytes, hash }: StoredBytes): Answer => {
  const size = bytes.length;
  const etag = `"${hash}"`;
  const headers = { ...blobHeaders, etag };
  const condition = call.header('if-range');
  const isRanged = call.method === 'GET' && (condition === undefined || condition === etag);
  const range = isRanged ? parseByteRange(call.header('range'), size) : null;
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${size}`, 'content-length': '0' },
      body: null,
    };
  }
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    },
    body: call.method === 'HEAD' ? null : toBody(bytes.subarray(start, end)),
  };
};

/** Blobs in memory, behind signed URLs that this process serves itself. Nothing outlives the process. */
export const createMemoryBlobStore = ({
  baseUrl,
  clock = systemClock,
  secret = systemRandom.bytes(32),
}: MemoryBlobStoreOptions): BlobStore => {
  const objects = new Map<string, StoredBytes>();
  const urlOf = (signed: string): string => baseUrl().replace(/\/+$/, '') + routePath + signed;

  const upload = async (call: Call, rest: string): Promise<Answer> => {
    const { objectKey, upload } = fromSigned(secret, 'PUT', rest, call.query, clock.now());
    if (!upload) throw new SyncError('invalid_signature');
    const bytes = await receive(call, upload);
    if (!objects.has(objectKey)) objects.set(objectKey, { bytes, hash: upload.hash, modifiedAt: clock.now() });
    return { status: 200, headers: { 'cache-control': 'no-store', etag: `"${upload.hash}"` }, body: null };
  };

  const download = (call: Call, rest: string): Answer => {
    const { objectKey } = fromSigned(secret, 'GET', rest, call.query, clock.now());
    const object = objects.get(objectKey);
    if (!object) throw new SyncError('blob_not_found');
    return serve(call, object);
  };

  return {
    async signUpload({ objectKey, sizeBytes, hash, expiresAt }) {
      // The hash is part of the signature, so it is enforced without a header.
      const grant = { method: 'PUT', objectKey, expiresAt, upload: { sizeBytes, hash } } as const;
      return { url: urlOf(toSigned(secret, grant)), headers: {} };
    },

    async signDownload(objectKey, expiresAt) {
      return urlOf(toSigned(secret, { method: 'GET', objectKey, expiresAt, upload: null }));
    },

    async inspect(objectKey, _expectedSize) {
      const object = objects.get(objectKey);
      return object ? { sizeBytes: object.bytes.length, hash: object.hash } : null;
    },

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
        path: routePath,
        async handle(call, rest) {
          return call.method === 'PUT' ? upload(call, rest) : download(call, rest);
        },
      },
    ],
  };
};
