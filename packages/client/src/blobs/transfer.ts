import { ApiError } from '../api/error.js';

type Fetch = typeof globalThis.fetch;

export interface PutRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How many bytes the stream has. */
  readonly size: number;
  readonly open: () => ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** Sends exactly `size` bytes with a bare PUT. @throws ApiError */
export type PutBytes = (request: PutRequest) => Promise<void>;

export const unreachable = (cause: unknown, signal: AbortSignal | undefined): ApiError => {
  signal?.throwIfAborted();
  const message = 'The blob store did not answer, or the connection broke. Check the connection.';
  return new ApiError('unreachable', { message, status: 0, cause });
};

/** What a store of whatever kind meant by a refusal: every one is worth another URL. */
const refusal = async (response: Response): Promise<ApiError> => {
  await response.body?.cancel();
  const message = `The blob store refused with ${response.status}.`;
  return new ApiError('unexpected_answer', { message, status: response.status });
};

const send = async (fetch: Fetch, { url, headers, signal }: PutRequest, body: RequestInit): Promise<void> => {
  let response: Response;
  try {
    response = await fetch(url, { method: 'PUT', headers, ...body, ...(signal && { signal }) });
  } catch (cause) {
    throw unreachable(cause, signal);
  }
  if (!response.ok) throw await refusal(response);
  await response.body?.cancel();
};

/**
 * For browsers, which send no stream of a stated length: the encrypted bytes become a Blob first, which a browser keeps on
 * its disk when it is large.
 */
export const createPutBlob =
  (fetch: Fetch = globalThis.fetch): PutBytes =>
  async (request) =>
    send(fetch, request, { body: await new Response(request.open()).blob() });

/** For Node: the bytes are sent as they are encrypted, in constant memory. */
export const createPutStream =
  (fetch: Fetch = globalThis.fetch): PutBytes =>
  (request) => {
    const headers = { ...request.headers, 'content-length': String(request.size) };
    // Node wants `duplex`, which the types of browsers do not have.
    const init: RequestInit & { readonly duplex: 'half' } = { body: request.open(), duplex: 'half' };
    return send(fetch, { ...request, headers }, init);
  };

/** The bytes at a signed URL from `start` on. @throws ApiError */
export const getBytes = async (
  fetch: Fetch,
  url: string,
  start: number,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> => {
  let response: Response;
  try {
    response = await fetch(url, {
      ...(start > 0 && { headers: { range: `bytes=${start}-` } }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    throw unreachable(cause, signal);
  }
  if (!response.ok || !response.body) throw await refusal(response);
  if (start > 0 && response.status !== 206) throw await refusal(response);
  return response.body;
};
