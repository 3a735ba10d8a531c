import { Readable } from 'node:stream';
import { isInParts, type OpenTransport, type WireRequest } from './transport.js';

type FetchHandler = (request: Request, info: { address: string }) => Promise<Response>;

async function* partsOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

const toBody = (body: WireRequest['body']): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null => {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body === null || body === undefined) return null;
  return isInParts(body) ? Readable.toWeb(Readable.from(body)) : new Uint8Array(body);
};

/** Several in one, as the other transports have them. */
const toCookie = (cookies: readonly string[]): Record<string, string> =>
  cookies.length === 0 ? {} : { 'set-cookie': cookies.join(', ') };

/** Requests as Web `Request`s to a handler that answers `Response`s. */
export const overFetch =
  (createHandler: (server: Parameters<OpenTransport>[0]) => FetchHandler): OpenTransport =>
  async (server) => {
    const handle = createHandler(server);
    return {
      async send({ method, path, query, headers = {}, body, address = '127.0.0.1', signal }) {
        const isBodiless = method === 'GET' || method === 'HEAD';
        const sent = toBody(body);
        const request = new Request(`http://synckeep.test${path}${query ? `?${query}` : ''}`, {
          method,
          headers,
          ...(sent && !isBodiless && { body: sent, duplex: 'half' as const }),
          ...(signal && { signal }),
        });
        const response = await handle(request, { address });
        return {
          status: response.status,
          headers: { ...Object.fromEntries(response.headers), ...toCookie(response.headers.getSetCookie()) },
          body: partsOf(response.body),
        };
      },
      async close() {},
    };
  };
