import { SyncError } from '@synckeep/protocol';
import { createMount, nowhere, standardMount } from './mount.js';
import {
  type Answer,
  type Call,
  type Dispatcher,
  isStreamBody,
  type RequestBody,
  type StreamBody,
} from './ports/index.js';

export interface FetchOptions {
  /**
   * Where the operations stand; by default what the server says of itself, else as the protocol has it, with
   * `/api/admin` beside the prefixes.
   */
  readonly prefixes?: readonly string[];
}

/** What the runtime knows of the client and a `Request` does not say. */
export interface FetchInfo {
  /** The client's address; every client shares one when it is left out, and so the limits of public operations. */
  readonly address?: string;
}

const tooLarge = (limit: number): SyncError => new SyncError('body_too_large', { details: { limit } });

async function* toChunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops early does not want the rest.
    await reader.cancel();
  }
}

const toRequestBody = (request: Request): RequestBody => ({
  chunks: () => toChunks(request.body),
  async bytes(limit) {
    if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of toChunks(request.body)) {
      length += part.length;
      if (length > limit) throw tooLarge(limit);
      parts.push(part);
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },
});

const toReadable = ({ chunks, cut }: StreamBody): ReadableStream<Uint8Array> => {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        cut.addEventListener('abort', () => controller.error(new Error('The reader of this stream stalled.')), {
          once: true,
        });
      },
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (cut.aborted) return;
        if (done) controller.close();
        else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    // Nothing is taken before somebody asks for it.
    { highWaterMark: 0 },
  );
};

const toResponse = ({ status, headers, cookies = [], body }: Answer): Response => {
  const response = new Response(isStreamBody(body) ? toReadable(body) : body, { status, headers: { ...headers } });
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
};

/**
 * The server as a function from Web `Request` to `Response`, for Hono, Deno, Bun, Next and whatever speaks them.
 * Paths outside the prefixes answer 404 `not_found`.
 */
export const createFetchHandler = (server: Dispatcher, options: FetchOptions = {}) => {
  const mount = options.prefixes ? createMount(options.prefixes) : (server.mount ?? standardMount);

  return async (request: Request, info: FetchInfo = {}): Promise<Response> => {
    const { path, query } = mount(request.url.split('#', 1)[0] ?? '') ?? nowhere;
    const call: Call = {
      method: request.method,
      path,
      query,
      header: (name) => request.headers.get(name) ?? undefined,
      address: info.address ?? '',
      body: toRequestBody(request),
      signal: request.signal,
    };
    return toResponse(await server.dispatch(call));
  };
};

export interface RouteHandlerOptions extends FetchOptions {
  /** The client's address, as a proxy or the platform tells it; every client shares one when it is left out. */
  readonly address?: (request: Request) => string;
}

/** The same for frameworks that want a function for each method, such as the route handlers of Next. */
export const createRouteHandlers = (server: Dispatcher, { address, ...options }: RouteHandlerOptions = {}) => {
  const handle = createFetchHandler(server, options);
  const respond = (request: Request): Promise<Response> =>
    handle(request, address ? { address: address(request) } : {});
  return {
    GET: respond,
    HEAD: respond,
    POST: respond,
    PUT: respond,
    PATCH: respond,
    DELETE: respond,
    OPTIONS: respond,
  };
};
