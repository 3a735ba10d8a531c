import type { Answer, Call, StreamBody } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { parseByteRange } from './byte-range.js';
import { readBytes, readObject } from './object-file.js';

/** P-105: bytes of users may share an origin with pages, so no browser may run or show them. */
const blobHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'no-store',
  'content-disposition': 'attachment',
  'content-security-policy': "sandbox; default-src 'none'",
  'content-type': 'application/octet-stream',
  'x-content-type-options': 'nosniff',
} as const;

const streamOf = (path: string, start: number, end: number): StreamBody => ({
  chunks: readBytes(path, start, end),
  cut: new AbortController().signal,
});

/** Answers GET and HEAD of an object. @throws SyncError `blob_not_found` */
export const serveObject = async (call: Call, path: string): Promise<Answer> => {
  const object = await readObject(path);
  if (!object) throw new SyncError('blob_not_found');
  if (object.hash === '') throw new Error('An object file was changed by something else.');
  const { sizeBytes } = object;
  const etag = `"${object.hash}"`;
  const headers = { ...blobHeaders, etag };
  const isHead = call.method === 'HEAD';
  const condition = call.header('if-range');
  const isRanged = !isHead && (condition === undefined || condition === etag);
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
    body: isHead ? null : streamOf(path, start, end),
  };
};
