import { type Answer, type Call, isStreamBody, nowhere, type SyncServer, standardMount } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With the prefix, percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In parts, as somebody with a slow line sends it, or at once. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | null;
  /** Whose request it is; a transport over a socket cannot choose and leaves it out. */
  readonly address?: string;
  readonly signal?: AbortSignal;
}

/** An answer as it comes over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body in the parts in which it came. Read it once; leaving the loop early gives the connection up. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A way to a server: a binding with a client at its other end. */
export interface Transport {
  send(request: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

export type OpenTransport = (server: SyncServer) => Promise<Transport>;

const encoder = new TextEncoder();
const toBytes = (part: string | Uint8Array): Uint8Array => (typeof part === 'string' ? encoder.encode(part) : part);

export const isInParts = (body: WireRequest['body']): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const gather = async (parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const gathered: Uint8Array[] = [];
  for await (const part of parts) gathered.push(part);
  return new Uint8Array(Buffer.concat(gathered));
};

/** Nothing of a body in parts is asked for before the server asks for the body. */
const readWhole = async (body: WireRequest['body']): Promise<Uint8Array> =>
  isInParts(body) ? gather(body) : toBytes(body ?? '');

const toCall = (request: WireRequest, path: string, signal: AbortSignal): Call => {
  const headers = new Map(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: request.method,
    path,
    query: request.query ?? '',
    header: (name) => headers.get(name),
    address: request.address ?? '127.0.0.1',
    signal,
    body: {
      async bytes(limit) {
        const bytes = await readWhole(request.body);
        if (bytes.length > limit) throw new SyncError('body_too_large', { details: { limit } });
        return bytes;
      },
      async *chunks() {
        const bytes = await readWhole(request.body);
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      },
    },
  };
};

async function* bodyOf({ body }: Answer, left: AbortController): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  if (!isStreamBody(body)) {
    yield toBytes(body);
    return;
  }
  try {
    for await (const chunk of body.chunks) {
      if (body.cut.aborted) throw new Error('The server cut the connection.');
      yield toBytes(chunk);
    }
  } finally {
    left.abort();
  }
}

/** No binding at all: calls go to `dispatch`, mounted at the usual places. */
export const openDispatch: OpenTransport = async (server) => ({
  async send(request) {
    const { path } = standardMount(request.path) ?? nowhere;
    const left = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, left.signal]) : left.signal;
    const answer = await server.dispatch(toCall(request, path, signal));
    const { status, headers, cookies = [] } = answer;
    const cookie = cookies.length === 0 ? {} : { 'set-cookie': cookies.join(', ') };
    return { status, headers: { ...headers, ...cookie }, body: bodyOf(answer, left) };
  },
  async close() {},
});

/** The whole body. */
export const readBytes = ({ body }: WireAnswer): Promise<Uint8Array> => gather(body);

/** The whole body as text. @throws TypeError when it is not UTF-8 */
export const readText = async (answer: WireAnswer): Promise<string> =>
  new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(answer));
