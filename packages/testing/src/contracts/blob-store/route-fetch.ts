import { type BlobStore, type Call, isStreamBody } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type { FetchUrl } from './opened-blob-store.js';

const partSize = 7000;

const toCall = (path: string, query: string, init: Parameters<FetchUrl>[1]): Call => {
  const body = init?.body ?? new Uint8Array();
  const headers = new Headers({ 'content-length': String(body.length), ...init?.headers });
  return {
    method: init?.method ?? 'GET',
    path,
    query,
    header: (name) => headers.get(name) ?? undefined,
    address: '127.0.0.1',
    signal: new AbortController().signal,
    body: {
      bytes: async () => body,
      async *chunks() {
        for (let at = 0; at < body.length; at += partSize) yield body.slice(at, at + partSize);
      },
    },
  };
};

const collect = async (chunks: AsyncIterable<Uint8Array | string>): Promise<Blob> => {
  const parts: (Uint8Array<ArrayBuffer> | string)[] = [];
  for await (const chunk of chunks) parts.push(typeof chunk === 'string' ? chunk : Uint8Array.from(chunk));
  return new Blob(parts);
};

/**
 * A `fetch` for the signed URLs of a store that this process serves itself, without a socket: it hands the request to
 * the store's routes as a binding would. `prefix` is the path where the operations are mounted.
 */
export const createRouteFetch =
  (store: BlobStore, prefix = '/api/sync'): FetchUrl =>
  async (url, init) => {
    const { pathname, search } = new URL(url);
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
    const route = store.routes.find((candidate) => path.startsWith(candidate.path));
    if (route === undefined) return new Response(null, { status: 404 });
    const call = toCall(path, search.slice(1), init);
    if (!route.methods.includes(call.method)) return new Response(null, { status: 405 });
    try {
      const { status, headers, body } = await route.handle(call, path.slice(route.path.length));
      return new Response(isStreamBody(body) ? await collect(body.chunks) : body, { status, headers });
    } catch (error) {
      if (!isSyncError(error)) throw error;
      return new Response(JSON.stringify({ error: error.message, code: error.code }), { status: error.status });
    }
  };
