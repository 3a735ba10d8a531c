import type { Answer, Call, StoredObject } from '../ports/index.js';
import { type ByteRange, parseByteRange } from './byte-range.js';

/** An object to be answered. */
export interface ReadableObject extends StoredObject {
  /**
   * The bytes of a range, called at most once, never for HEAD. The answer may be dropped before the first byte is asked
   * for and at any later time: open what must be closed with the first byte, and close it in `finally`.
   */
  open(range: ByteRange): AsyncIterable<Uint8Array>;
}

/** Bytes of users may share an origin with pages, so no browser may run or show them (P-105). */
export const blobHeaders = {
  'content-disposition': 'attachment',
  'content-security-policy': "sandbox; default-src 'none'",
  'content-type': 'application/octet-stream',
  'x-content-type-options': 'nosniff',
} as const;

/** The answer to GET and HEAD of an object: whole, a range of it, or 416. Its hash is its ETag. */
export const toDownloadAnswer = (call: Call, { sizeBytes, hash, open }: ReadableObject): Answer => {
  const etag = `"${hash}"`;
  const headers = { ...blobHeaders, 'accept-ranges': 'bytes', 'cache-control': 'no-store', etag };
  const condition = call.header('if-range');
  const isRanged = call.method === 'GET' && (condition === undefined || condition === etag);
  const range = isRanged ? parseByteRange(call.header('range'), sizeBytes) : null;
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${sizeBytes}`, 'content-length': '0' },
      body: null,
    };
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
    },
    body: call.method === 'HEAD' ? null : { chunks: open({ start, end }), cut: new AbortController().signal },
  };
};
